import Glibc

/// A file with a unique name beside its destination. It is deleted unless it is moved into place.
final class TemporaryFile {
  private let destination: String
  private let path: String
  private let descriptor: Int32
  private var isInPlace = false

  /// Creates the file; its permissions follow the umask.
  init(beside destination: String) throws(WeightFormatError) {
    self.destination = destination
    path = "\(destination).\(getpid()).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).tmp"
    descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(call: "open", errno: errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isInPlace { unlink(path) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(WeightFormatError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(call: "write", errno: errno) }
      written += count
    }
  }

  /// Flushes the file, renames it to its destination, and flushes the directory. After a crash either the old or the
  /// new file is there.
  func moveIntoPlace() throws(WeightFormatError) {
    guard fsync(descriptor) == 0 else { throw .system(call: "fsync", errno: errno) }
    guard rename(path, destination) == 0 else { throw .system(call: "rename", errno: errno) }
    isInPlace = true
    try Self.flush(directory: destination.lastIndex(of: "/").map { String(destination[...$0]) } ?? ".")
  }

  private static func flush(directory: String) throws(WeightFormatError) {
    let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(call: "open", errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(call: "fsync", errno: errno) }
  }
}
