/// The time within which an answer was wanted is over.
public struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String { "the request's time was over before its answer was ready" }
}

/// Runs `operation`, which is cancelled when the deadline passes, wherever it is waiting then. What it returns later counts
/// no more.
///
/// - Throws: `DeadlineExceeded`, what `operation` throws, or `CancellationError` where the task itself is cancelled.
func withDeadline<Value: Sendable>(
  _ deadline: ContinuousClock.Instant, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask(operation: operation)
    group.addTask {
      try await Task.sleep(until: deadline, clock: .continuous)
      throw DeadlineExceeded()
    }
    defer { group.cancelAll() }
    let value = try await group.next()!
    // On a busy machine the sleeper wakes late, and what was late must not depend on that.
    guard ContinuousClock.now < deadline else { throw DeadlineExceeded() }
    return value
  }
}
