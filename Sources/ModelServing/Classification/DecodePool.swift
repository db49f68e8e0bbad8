import Foundation
import Synchronization

/// Threads for decoding and preprocessing, as many as there are cores, so that pictures of many clients do not crowd
/// one another out of the caches or the memory.
public final class DecodePool: Sendable {
  private let queue: OperationQueue

  public init(threadCount: Int) {
    queue = OperationQueue()
    queue.name = "decode"
    queue.maxConcurrentOperationCount = threadCount
  }

  /// Runs `body` on one of the pool's threads. When the task is cancelled this ends at once: work that was not begun
  /// is never begun, and nobody hears of work that was.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let turn = Turn<Value>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard turn.take(continuation) else { return continuation.resume(throwing: CancellationError()) }
        queue.addOperation {
          guard turn.isAwaited else { return }
          turn.end(Result(catching: body))
        }
      }
    } onCancel: {
      turn.end(.failure(CancellationError()))
    }
  }
}

/// A wait that ends once: by a result or by cancellation, whichever is first.
private final class Turn<Value: Sendable>: Sendable {
  private enum State {
    case new, ended
    case awaited(CheckedContinuation<Value, any Error>)
  }

  private let state = Mutex(State.new)

  /// `false` where the wait was ended before it began.
  func take(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
    state.withLock { state in
      guard case .new = state else { return false }
      state = .awaited(continuation)
      return true
    }
  }

  var isAwaited: Bool {
    state.withLock { state in
      if case .awaited = state { true } else { false }
    }
  }

  func end(_ result: Result<Value, any Error>) {
    let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
      defer { state = .ended }
      return if case .awaited(let continuation) = state { continuation } else { nil }
    }
    continuation?.resume(with: result)
  }
}
