import Foundation
import InferenceRuntime

/// Gathers samples from many requests into batches, bounded in length, and computes them one batch at a time.
///
/// A request is admitted before its images are decoded, so overload is refused at the door, before memory and time
/// are spent on it, and a batch knows whether more samples are on their way.
///
/// `@unchecked Sendable`: all mutable state is touched only under `condition`.
public final class BatchQueue: @unchecked Sendable {
  public struct Configuration: Hashable, Sendable {
    /// Most samples in one batch.
    public var maximumBatchSize: Int
    /// How long the oldest sample may wait for company.
    public var maximumDelay: Duration
    /// Most samples admitted and not yet answered.
    public var capacity: Int

    public init(maximumBatchSize: Int = 8, maximumDelay: Duration = .milliseconds(2), capacity: Int = 128) {
      self.maximumBatchSize = maximumBatchSize
      self.maximumDelay = maximumDelay
      self.capacity = capacity
    }
  }

  /// Computes a batch: as many outputs as inputs, in the same order.
  public typealias Run = ([Tensor]) throws -> [Tensor]

  public let configuration: Configuration
  private let condition = NSCondition()
  private var pending: PendingEntries<Sample>
  /// Samples admitted and not yet answered.
  private var admitted = 0
  /// Samples admitted whose images are still being decoded.
  private var expected = 0
  private var isClosed = false
  private var hasStopped = false
  private var statistics = BatchStatistics()

  /// - Parameter makeRun: called once, on the queue's own thread, where everything that it returns stays.
  public init(configuration: Configuration, makeRun: @escaping @Sendable () -> Run) {
    self.configuration = configuration
    pending = PendingEntries(
      maximumBatchSize: configuration.maximumBatchSize, maximumDelay: configuration.maximumDelay)
    let thread = Thread { [self] in work(makeRun()) }
    thread.name = "batch-queue"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Counts of the batches computed so far.
  public var currentStatistics: BatchStatistics { condition.withLock { statistics } }

  /// Admits `count` samples, lets `prepare` make them, and computes them in batches shared with other requests.
  ///
  /// - Parameters:
  ///   - deadline: samples still waiting at this time are dropped.
  ///   - prepare: decodes and preprocesses; must return `count` tensors of the plan's input shape.
  /// - Throws: `BatchQueueError`, what `prepare` throws, or `CancellationError` where the task was cancelled, which
  ///   takes its waiting samples out of the queue.
  public func run(
    count: Int, deadline: ContinuousClock.Instant?, prepare: () async throws -> [Tensor]
  ) async throws -> [BatchOutcome] {
    try admit(count)
    let tensors: [Tensor]
    do {
      tensors = try await prepare()
    } catch {
      release(expected: count)
      throw error
    }
    precondition(tensors.count == count, "prepare must return as many samples as were admitted")
    let request = BatchRequest(count: count)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enqueue(tensors, request, continuation, deadline: deadline)
      }
    } onCancel: {
      cancel(request)
    }
  }

  /// Refuses new requests, finishes those admitted, and returns when the queue's thread has ended.
  public func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    while !hasStopped { condition.wait() }
    condition.unlock()
  }
}

/// What became of one sample.
public struct BatchOutcome: Sendable {
  public let output: Tensor
  /// Samples in the batch in which this one was computed.
  public let batchSize: Int
  public let queueTime: Duration
  public let computeTime: Duration
}

/// Counts of computed batches, by size.
public struct BatchStatistics: Hashable, Sendable {
  public private(set) var samples = 0
  public private(set) var batches = 0
  /// Number of batches of each size.
  public private(set) var batchSizes: [Int: Int] = [:]
  /// Mean time of a batch over the last few, for estimates.
  public private(set) var recentBatchTime = Duration.zero

  mutating func record(batchSize: Int, time: Duration) {
    samples += batchSize
    batches += 1
    batchSizes[batchSize, default: 0] += 1
    recentBatchTime = batches == 1 ? time : recentBatchTime * 0.8 + time * 0.2
  }
}

public enum BatchQueueError: Error, Hashable, Sendable {
  /// As many samples as fit are waiting or being computed.
  case full(capacity: Int, retryAfter: Duration)
  /// One request with more samples than the queue can ever hold.
  case tooManySamples(Int, capacity: Int)
  case deadlineExceeded
  /// The server is stopping.
  case closed
}

extension BatchQueueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .full(let capacity, _): "the queue is full: \(capacity) images are being worked on; try again later"
    case .tooManySamples(let count, let capacity):
      "one request holds \(count) images or crops; at most \(capacity) are accepted"
    case .deadlineExceeded: "the request's time was over before its turn came"
    case .closed: "the server is stopping and takes no new requests"
    }
  }
}

/// One request's samples on their way through the queue. Fields are guarded by the queue's lock.
private final class BatchRequest: @unchecked Sendable {
  var outcomes: [BatchOutcome?]
  var remaining: Int
  var isCancelled = false
  /// Taken out by whoever answers, so that the request is answered once.
  var continuation: CheckedContinuation<[BatchOutcome], any Error>?

  init(count: Int) {
    outcomes = Array(repeating: nil, count: count)
    remaining = count
  }
}

private struct Sample: @unchecked Sendable {
  let request: BatchRequest
  let index: Int
  let tensor: Tensor
}

extension BatchQueue {
  private func admit(_ count: Int) throws(BatchQueueError) {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed else { throw .closed }
    guard count <= configuration.capacity else {
      throw .tooManySamples(count, capacity: configuration.capacity)
    }
    guard admitted + count <= configuration.capacity else {
      throw .full(capacity: configuration.capacity, retryAfter: estimatedDrainTime)
    }
    admitted += count
    expected += count
  }

  private var estimatedDrainTime: Duration {
    let batches = (admitted + configuration.maximumBatchSize - 1) / configuration.maximumBatchSize
    return statistics.recentBatchTime * batches
  }

  private func release(expected count: Int) {
    condition.withLock {
      admitted -= count
      expected -= count
      condition.broadcast()
    }
  }

  private func enqueue(
    _ tensors: [Tensor], _ request: BatchRequest, _ continuation: CheckedContinuation<[BatchOutcome], any Error>,
    deadline: ContinuousClock.Instant?
  ) {
    condition.lock()
    expected -= tensors.count
    let isCancelled = request.isCancelled
    if isCancelled {
      admitted -= tensors.count
    } else {
      request.continuation = continuation
      let now = ContinuousClock.now
      for (index, tensor) in tensors.enumerated() {
        let sample = Sample(request: request, index: index, tensor: tensor)
        pending.append(.init(element: sample, enqueued: now, deadline: deadline))
      }
    }
    condition.broadcast()
    condition.unlock()
    if isCancelled { continuation.resume(throwing: CancellationError()) }
  }

  private func cancel(_ request: BatchRequest) {
    let continuation = condition.withLock {
      request.isCancelled = true
      return abandon(request)
    }
    continuation?.resume(throwing: CancellationError())
  }

  /// Takes a request out of the queue; its samples that are being computed right now are counted off when done.
  /// Call under the lock.
  private func abandon(_ request: BatchRequest) -> CheckedContinuation<[BatchOutcome], any Error>? {
    let before = pending.entries.count
    pending.removeAll { $0.request === request }
    admitted -= before - pending.entries.count
    condition.broadcast()
    return request.continuation.take()
  }

  /// The life of the queue's thread.
  private func work(_ run: Run) {
    while let batch = nextBatch() { compute(batch, run) }
    condition.withLock {
      hasStopped = true
      condition.broadcast()
    }
  }

  /// Waits for a batch; `nil` when the queue is closed and empty.
  private func nextBatch() -> [PendingEntries<Sample>.Entry]? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      dropExpired()
      let now = ContinuousClock.now
      switch pending.next(now: now, expectsMore: expected > 0) {
      case .run(let batch): return batch
      case .wait(let until): _ = condition.wait(until: Date(timeIntervalSinceNow: (until - now).seconds))
      case .idle:
        if isClosed, admitted == 0 { return nil }
        condition.wait()
      }
    }
  }

  /// Call under the lock; resuming a continuation there only schedules its task.
  private func dropExpired() {
    for entry in pending.removeExpired(now: .now) {
      admitted -= 1
      abandon(entry.element.request)?.resume(throwing: BatchQueueError.deadlineExceeded)
    }
  }

  private func compute(_ batch: [PendingEntries<Sample>.Entry], _ run: Run) {
    let start = ContinuousClock.now
    let result = Result { try run(batch.map(\.element.tensor)) }
    let time = ContinuousClock.now - start
    var answers: [() -> Void] = []
    condition.lock()
    admitted -= batch.count
    statistics.record(batchSize: batch.count, time: time)
    for (position, entry) in batch.enumerated() {
      let outcome = result.map {
        BatchOutcome(
          output: $0[position], batchSize: batch.count, queueTime: start - entry.enqueued, computeTime: time)
      }
      if let answer = settle(entry.element, outcome) { answers.append(answer) }
    }
    condition.broadcast()
    condition.unlock()
    for answer in answers { answer() }
  }

  /// Files one sample's outcome; returns what answers its request where this was the last one, or failed.
  private func settle(_ sample: Sample, _ outcome: Result<BatchOutcome, any Error>) -> (() -> Void)? {
    let request = sample.request
    switch outcome {
    case .failure(let error):
      guard let continuation = abandon(request) else { return nil }
      return { continuation.resume(throwing: error) }
    case .success(let outcome):
      request.outcomes[sample.index] = outcome
      request.remaining -= 1
      guard request.remaining == 0, let continuation = request.continuation.take() else { return nil }
      let outcomes = request.outcomes.map { $0! }
      return { continuation.resume(returning: outcomes) }
    }
  }
}

extension Duration {
  /// Seconds as a floating-point number.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// Milliseconds as a floating-point number.
  public var milliseconds: Double { seconds * 1000 }
}
