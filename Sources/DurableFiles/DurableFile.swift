import Glibc

/// A file that is there whole or not at all, whenever the program or the machine stops: written under a name of its own beside
/// its destination, flushed, renamed over it, and then the folder is flushed. It disappears unless it is moved into place.
public final class DurableFile {
  private let destination: String
  private let path: String
  private let descriptor: Int32
  private var isInPlace = false

  /// Creates the file.
  ///
  /// - Parameter mode: its permissions, from which the umask takes some.
  public init(beside destination: String, mode: mode_t = 0o666) throws(FileFailure) {
    self.destination = destination
    path = "\(destination).\(getpid()).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).tmp"
    descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileFailure(.open, path) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isInPlace { unlink(path) }
  }

  /// Adds to the file.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) {
    try Self.append(bytes, to: descriptor, named: path)
  }

  /// Flushes the file, renames it to its destination, and flushes the folder, so that a crash loses neither.
  public func moveIntoPlace() throws(FileFailure) {
    guard fsync(descriptor) == 0 else { throw FileFailure(.flush, path) }
    guard rename(path, destination) == 0 else { throw FileFailure(.rename, destination) }
    isInPlace = true
    try Self.flush(folderOf: destination)
  }
}

extension DurableFile {
  /// Writes a file as a whole; what was there before stays until then, and where this fails.
  public static func write(
    _ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t = 0o666
  ) throws(FileFailure) {
    let file = try DurableFile(beside: path, mode: mode)
    try file.write(bytes)
    try file.moveIntoPlace()
  }

  /// Renames, and waits until the new name is on the disk.
  public static func move(_ source: String, to destination: String) throws(FileFailure) {
    guard rename(source, destination) == 0 else { throw FileFailure(.rename, destination) }
    try flush(folderOf: destination)
  }

  /// Writes all bytes to a descriptor.
  ///
  /// - Parameter path: for errors.
  public static func append(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, named path: String
  ) throws(FileFailure) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileFailure(.write, path) }
      written += count
    }
  }

  private static func flush(folderOf path: String) throws(FileFailure) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(.open, folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileFailure(.flush, folder) }
  }
}
