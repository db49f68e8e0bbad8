import DequeModule
import Threads

/// A fixed set of threads that decode and preprocess images, shared by all models of a server.
///
/// The threads are few, so that the images of many clients do not crowd one another out of the caches or the memory.
/// They belong to the pool, because long decodes on Dispatch's shared threads would leave no thread for sockets and
/// timers. They run at a lower priority than the threads that compute. They end when the pool is released.
public final class DecodePool: Sendable {
  private let work = DecodeWork()
  /// The number of pixels that may be decoded at the same time.
  let pixels: PixelBudget

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - threadCount: the number of threads, at least 1; usually as many as compute.
  ///   - maximumPixels: the number of pixels that may be decoded at the same time. Further images wait. An image that
  ///     is larger than this number is decoded when no other image is.
  ///   - name: the beginning of the threads' names; a number from 0 follows.
  public init(threadCount: Int, maximumPixels: Int = .max, name: String = "decode") {
    pixels = PixelBudget(limit: maximumPixels)
    for index in 0..<threadCount {
      // Deep stacks are for recursion; decoders have none.
      SystemThread(name: "\(name)-\(index)", stackBytes: 2 << 20) { [work] in
        // If a computing thread waits for its core, all other computing threads wait for it at the end of each
        // layer. The time that a batch leaves free, above all at its end, is enough to decode the next batch.
        ThreadPriority.lower()
        while let next = work.next() { next() }
      }
    }
  }

  deinit {
    work.close()
  }

  /// Runs `body` on one of the pool's threads.
  ///
  /// If the task is cancelled, the call ends at once. Work that has not begun never begins, and the result of work
  /// that has begun is discarded.
  package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let turn = Turn<Value>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard turn.take(continuation) else { return continuation.resume(throwing: CancellationError()) }
        work.append {
          guard turn.isAwaited else { return }
          turn.end(Result(catching: body))
        }
      }
    } onCancel: {
      turn.end(.failure(CancellationError()))
    }
  }
}

/// The queue of work for the pool's threads.
///
/// `@unchecked Sendable`: all mutable state is touched only under `condition`.
private final class DecodeWork: @unchecked Sendable {
  private let condition = MonotonicCondition()
  private var waiting: Deque<@Sendable () -> Void> = []
  private var isClosed = false

  func append(_ work: @escaping @Sendable () -> Void) {
    condition.withLock {
      waiting.append(work)
      condition.signal()
    }
  }

  /// Waits for work; `nil` when the pool is released and no work is left.
  func next() -> (@Sendable () -> Void)? {
    condition.withLock {
      while waiting.isEmpty, !isClosed { condition.wait() }
      return waiting.popFirst()
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
