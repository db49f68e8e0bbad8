import Glibc

/// Holds a directory for one server. The lock goes with the process that holds it, however that ends; children do not inherit it.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `JobError.storage` where another process holds it.
  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw JobError.system("open \(path)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let error = errno
      close(descriptor)
      guard error == EWOULDBLOCK else { throw JobError.system("lock \(path)", error) }
      throw JobError.storage(
        reason: "another server uses the jobs directory (\(path) is locked): stop it, or choose another")
    }
  }

  deinit { close(descriptor) }
}
