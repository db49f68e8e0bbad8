import Foundation

/// One file of the IDX format, of unsigned bytes: two zeros, the type 8, the number of dimensions, then each dimension
/// in four bytes, the highest first, and the data. Described at http://yann.lecun.com/exdb/mnist.
struct IDXFile {
  let dimensions: [Int]
  /// Row-major.
  let memory: ByteMemory

  /// Longest side of an image.
  static let maximumSide = 4096

  /// - Parameter dimensionCount: 3 for images, 1 for labels.
  /// - Throws: `DataSetError`, `UnreadableFile`.
  init(_ url: URL, dimensionCount: Int) throws {
    let file = try CompressedFile(url)
    let headerBytes = 4 + 4 * dimensionCount
    var header = [UInt8](repeating: 0, count: headerBytes)
    try file.readAll(4, into: &header, length: headerBytes)
    try Self.check(header, dimensionCount: dimensionCount, path: url.path)
    try header.withUnsafeMutableBufferPointer {
      try file.readAll(headerBytes - 4, into: $0.baseAddress! + 4, length: headerBytes)
    }
    dimensions = (1...dimensionCount).map { Self.number(header, at: 4 * $0) }
    let count = try Self.count(dimensions, in: file, path: url.path)
    memory = ByteMemory(count)
    try file.readAll(count, into: memory.pointer, length: headerBytes + count)
    try file.requireEnd(length: headerBytes + count)
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private static func check(_ header: [UInt8], dimensionCount: Int, path: String) throws(DataSetError) {
    guard header[0] == 0, header[1] == 0 else {
      throw .malformed(path: path, position: .byte(0), problem: "it does not begin with two zeros, as IDX files do")
    }
    guard header[2] == 8 else {
      throw .malformed(
        path: path, position: .byte(2), problem: "the type of its values is \(header[2]); accepted: 8, unsigned bytes")
    }
    guard header[3] == dimensionCount else {
      throw .malformed(
        path: path, position: .byte(3),
        problem: "it has \(header[3]) dimensions; accepted: \(dimensionCount), for "
          + (dimensionCount == 1 ? "labels" : "images of one plane"))
    }
  }

  /// Bytes of all data; never more than what such a file can hold, whatever its header says.
  private static func count(_ dimensions: [Int], in file: CompressedFile, path: String) throws(DataSetError) -> Int {
    for (index, side) in dimensions.enumerated() {
      let isSide = index > 0
      guard side > 0, !isSide || side <= maximumSide else {
        throw .malformed(
          path: path, position: .byte(4 + 4 * index),
          problem: "\(isSide ? "a side" : "the number of entries") is \(side); accepted: 1 to "
            + (isSide ? "\(maximumSide) pixels" : "\(UInt32.max)"))
      }
    }
    // At most 2^32 times 2^12 twice: no overflow.
    let count = dimensions.reduce(1, *)
    guard count <= StoredImages.maximumBytes else {
      throw .tooLarge(path: path, bytes: count, maximum: StoredImages.maximumBytes)
    }
    guard count <= file.mostBytes else {
      throw .wrongLength(path: path, expected: 4 + 4 * dimensions.count + count, found: file.storedBytes)
    }
    return count
  }
}
