import NetworkGraph

/// A file's bytes in memory of their own, on a boundary that suits vectors.
///
/// `@unchecked Sendable`: written only inside `init`, before anybody else can hold it.
final class FileCopy: WeightStorage, @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  /// Reads the file at `path` as long as it is when it is opened; what is cut off meanwhile is missing at the end.
  ///
  /// - Throws: `UnreadableFile`.
  convenience init(path: String) throws(UnreadableFile) { try self.init(KeptFile(path: path)) }

  /// Reads a file that is open.
  ///
  /// - Throws: `UnreadableFile`.
  init(_ file: KeptFile) throws(UnreadableFile) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: file.size, alignment: 64)
    do throws(UnreadableFile) {
      let count = try file.read(into: memory)
      bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    } catch {
      memory.deallocate()
      throw error
    }
  }

  deinit { bytes.deallocate() }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(bytes))
  }
}
