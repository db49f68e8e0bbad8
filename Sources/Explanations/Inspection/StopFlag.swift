import Synchronization

/// Tells a computation that nobody waits for it any more.
final class StopFlag: Sendable {
  private let isRaised = Atomic(false)

  func raise() { isRaised.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once the flag is raised.
  func check() throws {
    if isRaised.load(ordering: .relaxed) { throw CancellationError() }
  }
}
