import Foundation

/// An array of f32 in NumPy's file format, version 1.0, little-endian, row-major:
/// `\x93NUMPY`, version, length of the header in two bytes, header, values.
struct NumPyArray {
  let shape: [Int]
  let values: [Float]

  init(_ file: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
    guard bytes.starts(with: [0x93] + Array("NUMPY\u{1}\u{0}".utf8)), header.contains("'descr': '<f4'"),
      header.contains("'fortran_order': False"), let shape = header.firstMatch(of: /'shape': \(([0-9, ]*)\)/)
    else { throw CocoaError(.fileReadCorruptFile) }
    self.shape = shape.1.split(whereSeparator: { ", ".contains($0) }).map { Int($0)! }
    values = stride(from: headerEnd, to: bytes.count, by: 4).map { offset in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) })
    }
  }
}
