import Synchronization

/// Runs operations one after the other, in the order in which they were asked for.
///
/// Each is a task of its own, so that it outlives whoever asked for it, and so it leaves that one's executor for the threads
/// that all tasks share. Operations therefore do nothing there that takes time, but give it to `onOwnThread`.
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
  /// What the task returns. Where whoever waits is cancelled, the wait ends at once, and the task goes on.
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
