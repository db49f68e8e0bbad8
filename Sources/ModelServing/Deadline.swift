import Dispatch
import Synchronization

/// The deadline of a request passed before its answer was ready.
public struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
  package init() {}

  /// The problem in a sentence for the client.
  public var description: String { "the request's time was over before its answer was ready" }
}

/// Runs `operation`, and cancels it when the deadline passes. A result that comes after the deadline is discarded.
///
/// The operation is a child task, so it runs on the executor that its caller prefers. A task of its own (`Task { }`)
/// would run on the threads that all tasks share.
///
/// The call leaves no timer behind. A cancelled `Task.sleep` would keep its task and its timer, some 600 bytes, until
/// the time at which it was to wake (https://github.com/swiftlang/swift/issues/60441). A busy server would keep one
/// for every request that it has answered meanwhile.
///
/// - Throws: `DeadlineExceeded` if the deadline passes. Errors of `operation`. `CancellationError` if the task itself
///   is cancelled.
package func withDeadline<Value: Sendable>(
  _ deadline: ContinuousClock.Instant, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let alarm = Alarm()
  let timer = DispatchSource.makeTimerSource(queue: .global())
  timer.setEventHandler { alarm.ring() }
  timer.schedule(deadline: .now() + max(.zero, ContinuousClock.now.duration(to: deadline)) / .seconds(1))
  timer.activate()
  defer { timer.cancel() }
  do {
    let value = try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await alarm.cancelling(operation) }
      return try await group.next()!
    }
    // On a busy machine the timer fires late. The result must not depend on that.
    guard ContinuousClock.now < deadline else { throw DeadlineExceeded() }
    return value
  } catch is CancellationError where !Task.isCancelled {
    // It was the timer that cancelled.
    throw DeadlineExceeded()
  }
}

/// Cancels one task when it rings.
private final class Alarm: Sendable {
  private enum State {
    case quiet, rung
    case watched(RunningTask)
  }

  /// A task that cannot end meanwhile.
  ///
  /// `@unchecked Sendable`: any thread may cancel a task, as long as the task has not ended. It leaves `State` before.
  private struct RunningTask: @unchecked Sendable {
    let task: UnsafeCurrentTask
  }

  private let state = Mutex(State.quiet)

  /// Runs the operation in the calling task, which is cancelled if the alarm rings before the operation is over.
  func cancelling<Value>(_ operation: () async throws -> Value) async throws -> Value {
    try await withUnsafeCurrentTask { task in
      watch(task!)
      defer { ignore() }
      return try await operation()
    }
  }

  func ring() {
    state.withLock { state in
      if case .watched(let running) = state { running.task.cancel() }
      state = .rung
    }
  }

  private func watch(_ task: UnsafeCurrentTask) {
    let running = RunningTask(task: task)
    state.withLock { state in
      if case .rung = state { running.task.cancel() } else { state = .watched(running) }
    }
  }

  /// Returns when no call of `ring` holds the task any more.
  private func ignore() {
    state.withLock { $0 = .quiet }
  }
}
