import Foundation
import Glibc

/// Lets one program at a time put a version into a repository, so that what it has checked still holds when it renames.
///
/// The lock is on the repository's own folder: nothing is left behind, and the system takes it back however a program ends.
/// Whoever copies a model by hand asks for no lock. Its number is then taken, a rename never replaces what has a name, and the
/// next number is checked anew.
enum PublishingLock {
  /// - Throws: `UnwritableFile`, and what `body` throws.
  static func holding<Value>(_ repository: URL, _ body: () throws -> Value) throws -> Value {
    let folder = open(repository.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw UnwritableFile(path: repository.path, reason: String(cString: strerror(errno))) }
    defer { close(folder) }
    // Where a file system has no locks, the numbers alone decide.
    while flock(folder, LOCK_EX) != 0 && errno == EINTR {}
    return try body()
  }
}
