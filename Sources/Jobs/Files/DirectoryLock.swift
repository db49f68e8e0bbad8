import Glibc

/// Holds a directory for one server. The lock goes with the process that holds it, however that ends; children do not inherit it.
final class DirectoryLock: Sendable {
  private let descriptor: Int32

  private static let pause: useconds_t = 20_000

  /// - Parameter patience: how long to wait for another process that holds it.
  /// - Throws: `JobError.storage` where it holds it even then.
  init(_ path: String, patience: Duration = .zero) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw JobError.system("open \(path)") }
    let end = ContinuousClock.now + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      if errno == EWOULDBLOCK, ContinuousClock.now < end {
        usleep(Self.pause)
        continue
      }
      let error = errno
      close(descriptor)
      guard error == EWOULDBLOCK else { throw JobError.system("lock \(path)", error) }
      throw JobError.storage(
        reason: "another server uses the jobs directory (\(path) is locked): stop it, or choose another")
    }
  }

  deinit { close(descriptor) }
}
