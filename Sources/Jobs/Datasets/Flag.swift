import Synchronization

/// Something that has happened or not.
final class Flag: Sendable {
  private let isRaisedNow = Atomic(false)

  var isRaised: Bool { isRaisedNow.load(ordering: .relaxed) }

  func raise() { isRaisedNow.store(true, ordering: .relaxed) }
}
