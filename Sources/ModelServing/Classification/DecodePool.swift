import Foundation

/// Threads for decoding and preprocessing, as many as there are cores, so that pictures of many clients do not crowd
/// one another out of the caches or the memory.
public final class DecodePool: Sendable {
  private let queue: OperationQueue

  public init(threadCount: Int) {
    queue = OperationQueue()
    queue.name = "decode"
    queue.maxConcurrentOperationCount = threadCount
  }

  /// Runs `body` on one of the pool's threads. A cancelled task's work is not begun.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try Task.checkCancellation()
    return try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result(catching: body)) }
    }
  }
}
