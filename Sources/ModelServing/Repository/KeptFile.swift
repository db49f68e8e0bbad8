import Glibc

/// A file that stays open. Its bytes can be read once more later, whatever has taken its place in the folder meanwhile.
final class KeptFile: Sendable {
  /// Where it was when it was opened.
  let path: String
  private let descriptor: Int32
  private let first: Contents

  /// Tells a file's contents from what somebody has written into it since.
  private struct Contents: Hashable {
    let size: Int
    let seconds: Int
    let nanoseconds: Int
  }

  /// - Throws: `UnreadableFile`.
  init(path: String) throws(UnreadableFile) {
    // Whoever opens a pipe to read it would else wait for somebody who writes.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    do throws(UnreadableFile) {
      first = try Self.contents(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Bytes that it had when it was opened.
  var size: Int { first.size }

  /// Whether somebody has written into it since it was opened, or cut it short. A file that was put in its place is another
  /// one, and changes nothing here.
  var isChanged: Bool { (try? Self.contents(descriptor, path)) != first }

  /// Reads as much as there is from the start on.
  ///
  /// - Returns: how many bytes that is; fewer than there is room for where the file was cut short.
  /// - Throws: `UnreadableFile`.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(UnreadableFile) -> Int {
    var count = 0
    while count < memory.count {
      let step = pread(descriptor, memory.baseAddress! + count, memory.count - count, count)
      if step == 0 { break }
      guard step > 0 || errno == EINTR else { throw Self.failure(path) }
      count += max(0, step)
    }
    return count
  }

  private static func contents(_ descriptor: Int32, _ path: String) throws(UnreadableFile) -> Contents {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw UnreadableFile(path: path, reason: "not a regular file") }
    return Contents(
      size: Int(status.st_size), seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
  }

  private static func failure(_ path: String) -> UnreadableFile {
    UnreadableFile(path: path, reason: String(cString: strerror(errno)))
  }
}
