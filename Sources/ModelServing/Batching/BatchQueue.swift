import InferenceRuntime
import Synchronization
import Threads

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
    /// How long samples may wait for company once they could be computed; for samples that are being decoded, longer
    /// (`PendingEntries.next`). 0 means never.
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
  private let condition = MonotonicCondition()
  private var pending: PendingEntries<Sample>
  /// Samples admitted and not yet answered.
  private var admitted = 0
  /// Samples in the batch that is being computed.
  private var computing = 0
  /// Samples admitted whose images are still being decoded.
  private var expected = 0
  /// When the last batch ended, and how long it took.
  private var freeSince = ContinuousClock.now
  private var lastBatchTime = Duration.zero
  private var isClosed = false
  private var hasStopped = false
  /// Whoever waits for the queue's thread to end.
  private var drainers: [CheckedContinuation<Void, Never>] = []
  private var statistics = BatchStatistics()
  private var load = LoadEstimate()

  /// - Parameters:
  ///   - decoderCount: how many samples can be prepared at a time.
  ///   - makeRun: called once, on the queue's own thread, where everything that it returns stays.
  public init(configuration: Configuration, decoderCount: Int = 1, makeRun: @escaping @Sendable () -> Run) {
    self.configuration = configuration
    pending = PendingEntries(
      maximumBatchSize: configuration.maximumBatchSize, maximumDelay: configuration.maximumDelay,
      decoderCount: decoderCount)
    // Taken out when the thread begins: what runs batches is to be gone when the queue tells that it has ended, and its
    // thread is there for a little longer.
    let maker = Mutex(Optional(makeRun))
    SystemThread(name: "batch-queue", stackBytes: 4 << 20) { [self] in work { maker.withLock { $0.take()! }() } }
  }

  /// Counts of the batches computed so far.
  public var currentStatistics: BatchStatistics { condition.withLock { statistics } }

  /// Samples admitted and not yet answered.
  public var admittedCount: Int { condition.withLock { admitted } }

  /// Samples that are ready and wait for their batch.
  public var waitingCount: Int { condition.withLock { pending.entries.count } }

  /// Admits `count` samples, lets `prepare` make them, and computes them in batches shared with other requests.
  ///
  /// - Parameters:
  ///   - count: at least one.
  ///   - deadline: when nobody wants the answer any more. A request that would be answered later is not admitted, and
  ///     what has not been begun by then is not computed.
  ///   - prepare: decodes and preprocesses; must return `count` tensors of the plan's input shape.
  /// - Throws: `BatchQueueError`, what `prepare` throws, `DeadlineExceeded`, or `CancellationError` where the task was
  ///   cancelled, which takes its waiting samples out of the queue.
  public func run(
    count: Int, deadline: ContinuousClock.Instant? = nil, prepare: () async throws -> [Tensor]
  ) async throws -> [BatchOutcome] {
    precondition(count > 0, "a request needs a sample")
    try admit(count, deadline)
    let tensors: [Tensor]
    do {
      tensors = try await prepare()
    } catch {
      release(expected: count, error, deadline)
      throw error
    }
    precondition(tensors.count == count, "prepare must return as many samples as were admitted")
    let request = BatchRequest(count: count, deadline: deadline)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enqueue(tensors, request, continuation)
      }
    } onCancel: {
      cancel(request)
    }
  }

  /// Refuses so many samples where they would not be admitted now; nil where they would. It costs next to nothing, so
  /// that a request can be refused before its body is read.
  public func refusal(of count: Int, deadline: ContinuousClock.Instant?) -> BatchQueueError? {
    condition.withLock {
      let refusal = refusal(of: count, deadline, now: .now)
      if refusal != nil { statistics.refused += count }
      return refusal
    }
  }

  /// Refuses new requests from now on; those admitted are finished.
  public func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// Closes, and returns when everything admitted is answered and the queue's thread has ended.
  public func drain() async {
    close()
    await withCheckedContinuation { continuation in
      let hasStopped = condition.withLock {
        if !self.hasStopped { drainers.append(continuation) }
        return self.hasStopped
      }
      if hasStopped { continuation.resume() }
    }
  }
}

/// One request's samples on their way through the queue. Fields are guarded by the queue's lock.
private final class BatchRequest: @unchecked Sendable {
  var outcomes: [BatchOutcome?]
  var remaining: Int
  let deadline: ContinuousClock.Instant?
  var isCancelled = false
  /// Taken out by whoever answers, so that the request is answered once.
  var continuation: CheckedContinuation<[BatchOutcome], any Error>?

  init(count: Int, deadline: ContinuousClock.Instant?) {
    outcomes = Array(repeating: nil, count: count)
    remaining = count
    self.deadline = deadline
  }
}

private struct Sample: @unchecked Sendable {
  let request: BatchRequest
  let index: Int
  let tensor: Tensor
}

extension BatchQueue {
  private func admit(_ count: Int, _ deadline: ContinuousClock.Instant?) throws(BatchQueueError) {
    condition.lock()
    defer { condition.unlock() }
    let now = ContinuousClock.now
    if let refusal = refusal(of: count, deadline, now: now) {
      statistics.refused += count
      throw refusal
    }
    if admitted == 0 { load.becameBusy(now: now) }
    admitted += count
    expected += count
  }

  /// Call under the lock.
  private func refusal(
    of count: Int, _ deadline: ContinuousClock.Instant?, now: ContinuousClock.Instant
  ) -> BatchQueueError? {
    if isClosed { return .closed }
    if count > configuration.capacity { return .tooManySamples(count, capacity: configuration.capacity) }
    if admitted + count > configuration.capacity {
      return .full(capacity: configuration.capacity, retryAfter: estimatedTime(until: admitted))
    }
    let estimate = estimatedTime(until: admitted + count)
    // An empty queue takes everything: an estimate that nothing corrects would refuse for ever.
    guard let deadline, admitted > 0, now + estimate > deadline else { return nil }
    return .tooLate(estimate: estimate, retryAfter: now + estimate - deadline)
  }

  /// Time until so many of the samples admitted, or to be admitted, are answered. Call under the lock.
  private func estimatedTime(until samples: Int) -> Duration {
    let size = configuration.maximumBatchSize
    let batches = (max(0, samples - computing) + size - 1) / size + (computing > 0 ? 1 : 0)
    return load.time(forSamples: samples, batches: batches)
  }

  private func release(expected count: Int, _ reason: any Error, _ deadline: ContinuousClock.Instant?) {
    condition.withLock {
      admitted -= count
      expected -= count
      if reason is CancellationError { countGivenUp(count, deadline) }
      condition.broadcast()
    }
  }

  /// Call under the lock.
  private func countGivenUp(_ count: Int, _ deadline: ContinuousClock.Instant?) {
    if let deadline, deadline <= .now { statistics.expired += count } else { statistics.cancelled += count }
  }

  private func enqueue(
    _ tensors: [Tensor], _ request: BatchRequest, _ continuation: CheckedContinuation<[BatchOutcome], any Error>
  ) {
    condition.lock()
    expected -= tensors.count
    let isCancelled = request.isCancelled
    if isCancelled {
      admitted -= tensors.count
      countGivenUp(tensors.count, request.deadline)
    } else {
      request.continuation = continuation
      let now = ContinuousClock.now
      for (index, tensor) in tensors.enumerated() {
        let sample = Sample(request: request, index: index, tensor: tensor)
        pending.append(.init(element: sample, enqueued: now, deadline: request.deadline))
      }
    }
    condition.broadcast()
    condition.unlock()
    if isCancelled { continuation.resume(throwing: CancellationError()) }
  }

  private func cancel(_ request: BatchRequest) {
    let continuation = condition.withLock {
      request.isCancelled = true
      let waiting = admitted
      defer { countGivenUp(waiting - admitted, request.deadline) }
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
  private func work(_ makeRun: () -> Run) {
    computeBatches(makeRun)
    let waiting = condition.withLock {
      hasStopped = true
      return drainers
    }
    for drainer in waiting { drainer.resume() }
  }

  /// Holds what computes, whose memory is free again when this returns.
  private func computeBatches(_ makeRun: () -> Run) {
    let run = makeRun()
    while let batch = nextBatch() { compute(batch, run) }
  }

  /// Waits for a batch; `nil` when the queue is closed and empty.
  private func nextBatch() -> [PendingEntries<Sample>.Entry]? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      let now = ContinuousClock.now
      if dropExpired(now) { continue }
      let decision = pending.next(
        now: now, freeSince: freeSince, batchTime: lastBatchTime, decoding: expected)
      switch decision {
      case .run(let batch):
        computing = batch.count
        return batch
      case .wait(let until): condition.wait(atMost: until - now)
      case .idle:
        if isClosed, admitted == 0 { return nil }
        condition.wait()
      }
    }
  }

  /// Ends the wait of requests whose deadline has passed. Call under the lock, which is let go meanwhile: whoever resumes
  /// a task waits for those who cancel it, and they wait for the lock.
  ///
  /// - Returns: whether there were any, so that time has passed.
  private func dropExpired(_ now: ContinuousClock.Instant) -> Bool {
    let samples = pending.removeExpired(now: now)
    guard !samples.isEmpty else { return false }
    admitted -= samples.count
    statistics.expired += samples.count
    let continuations = samples.compactMap { $0.request.continuation.take() }
    condition.unlock()
    for continuation in continuations { continuation.resume(throwing: DeadlineExceeded()) }
    condition.lock()
    return true
  }

  private func compute(_ batch: [PendingEntries<Sample>.Entry], _ run: Run) {
    let start = ContinuousClock.now
    let result = Result { try run(batch.map(\.element.tensor)) }
    let end = ContinuousClock.now
    let time = end - start
    var answers: [() -> Void] = []
    condition.lock()
    (freeSince, lastBatchTime) = (end, time)
    admitted -= batch.count
    computing = 0
    statistics.record(batchSize: batch.count)
    load.answered(batch.count, leavesOthers: admitted > 0, now: end)
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
