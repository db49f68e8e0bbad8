import Glibc
import NetworkGraph

/// A file's bytes in memory of their own, on a boundary that suits vectors.
///
/// `@unchecked Sendable`: written only inside `init`, before anybody else can hold it.
final class FileCopy: WeightStorage, @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  /// Reads the file at `path` as long as it is when it is opened; what is cut off meanwhile is missing at the end.
  ///
  /// - Throws: `UnreadableFile`.
  init(path: String) throws(UnreadableFile) {
    // Whoever opens a pipe to read it would else wait for somebody who writes.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw UnreadableFile(path: path, reason: "not a regular file") }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(status.st_size), alignment: 64)
    do throws(UnreadableFile) {
      let count = try Self.fill(memory, from: descriptor, path)
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

  /// How many bytes there were.
  private static func fill(
    _ memory: UnsafeMutableRawBufferPointer, from descriptor: Int32, _ path: String
  ) throws(UnreadableFile) -> Int {
    var count = 0
    while count < memory.count {
      let step = read(descriptor, memory.baseAddress! + count, memory.count - count)
      if step == 0 { break }
      guard step > 0 || errno == EINTR else { throw failure(path) }
      count += max(0, step)
    }
    return count
  }

  private static func failure(_ path: String) -> UnreadableFile {
    UnreadableFile(path: path, reason: String(cString: strerror(errno)))
  }
}
