import Synchronization

/// Memory for the bodies of requests, shared by all connections of a server.
///
/// A body counts from its arrival, byte by byte, until its handler has let go of it. One that finds the budget used up
/// is refused with 503 rather than paused: paused uploads would hold what they have, and wait for each other.
final class BodyBudget: Sendable {
  let limit: Int
  private let used = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  /// Whether so many bytes more would fit now.
  func hasRoom(for count: Int) -> Bool { count <= limit - used.load(ordering: .relaxed) }

  fileprivate func take(_ count: Int) -> Bool {
    let after = used.add(count, ordering: .relaxed).newValue
    if after <= limit { return true }
    giveBack(count)
    return false
  }

  fileprivate func giveBack(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}

/// What one body has of the budget; it goes back when the last holder lets go.
final class BodyReservation: Sendable {
  private let budget: BodyBudget
  private let held = Atomic<Int>(0)

  init(_ budget: BodyBudget) { self.budget = budget }

  deinit { budget.giveBack(held.load(ordering: .relaxed)) }

  /// Whether the budget had so many bytes more.
  func grow(by count: Int) -> Bool {
    guard budget.take(count) else { return false }
    held.add(count, ordering: .relaxed)
    return true
  }
}
