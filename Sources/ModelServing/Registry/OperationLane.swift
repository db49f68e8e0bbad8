import Synchronization

/// Runs operations one after the other, in the order of their requests.
///
/// Each operation is a task of its own, so it goes on if its caller is cancelled. It runs on the threads that all
/// tasks share, not on its caller's executor. Operations therefore give slow work to `onOwnThread`.
final class OperationLane: Sendable {
  private let last = Mutex<Task<Void, Never>?>(nil)

  /// The operation's task, which begins when all that were asked for before are over.
  func run<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) -> Task<Value, any Error> {
    last.withLock { last in
      let task = Task { [previous = last] in
        await previous?.value
        return try await operation()
      }
      last = Task { _ = await task.result }
      return task
    }
  }

  /// Returns when all that were asked for so far are over.
  func finish() async { await last.withLock { $0 }?.value }
}

extension Task where Failure == any Error {
  /// The result of the task. If the caller is cancelled, its wait ends at once and the task goes on.
  var valueUnlessCancelled: Success {
    get async throws {
      let turn = Turn<Success>()
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          guard turn.take(continuation) else { return continuation.resume(throwing: _Concurrency.CancellationError()) }
          // Not a child, which the cancelled waiter would have to wait for. It leaves the waiter's executor, and only waits.
          Task<Void, Never> { turn.end(await result) }
        }
      } onCancel: {
        turn.end(.failure(_Concurrency.CancellationError()))
      }
    }
  }
}
