import Synchronization

/// A wait that ends once: by a result or by cancellation, whichever is first.
final class Turn<Value: Sendable>: Sendable {
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
