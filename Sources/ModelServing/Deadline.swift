import Dispatch

/// The time within which an answer was wanted is over.
public struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String { "the request's time was over before its answer was ready" }
}

/// Runs `operation`, which is cancelled when the deadline passes, wherever it is waiting then. What it returns later counts
/// no more.
///
/// Nothing is left when it is over. A `Task.sleep` that is cancelled keeps its task and its timer, some 600 bytes, until
/// the time it was to wake (https://github.com/swiftlang/swift/issues/60441): that of every request answered meanwhile.
///
/// - Throws: `DeadlineExceeded`, what `operation` throws, or `CancellationError` where the task itself is cancelled.
func withDeadline<Value: Sendable>(
  _ deadline: ContinuousClock.Instant, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let task = Task(operation: operation)
  let timer = DispatchSource.makeTimerSource(queue: .global())
  timer.setEventHandler { task.cancel() }
  timer.schedule(deadline: .now() + max(.zero, ContinuousClock.now.duration(to: deadline)) / .seconds(1))
  timer.activate()
  defer { timer.cancel() }
  do {
    let value = try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
    // On a busy machine the timer fires late, and what was late must not depend on that.
    guard ContinuousClock.now < deadline else { throw DeadlineExceeded() }
    return value
  } catch is CancellationError where !Task.isCancelled {
    // It was the timer that cancelled.
    throw DeadlineExceeded()
  }
}
