/// The start of a file in NumPy's format, version 1.0, behind which the values follow
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
enum NumPyHeader {
  /// For float32 values, little-endian, row by row.
  static func bytes(shape: [Int]) -> [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let description = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    // Magic, version and length take ten bytes; the values are to begin on a multiple of 64, behind a line's end.
    let padding = 63 - (10 + description.utf8.count) % 64
    let text = Array((description + String(repeating: " ", count: padding) + "\n").utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }
}
