import InferenceRuntime
import Synchronization
import Threads

/// A bounded queue that gathers samples from many requests into batches, and computes one batch at a time on a thread
/// of its own.
///
/// A request is admitted before its images are decoded. If the server is overloaded, the request is refused before it
/// costs memory or time. The queue also knows which samples are still being decoded, and can wait for them.
///
/// The thread holds the queue until `close` or `drain` is called.
///
/// `@unchecked Sendable`: all mutable state is touched only under `condition`.
public final class BatchQueue: @unchecked Sendable {
  /// The limits of a queue.
  public struct Configuration: Hashable, Sendable {
    /// The largest batch in samples, at least 1. The plan that computes the batches must accept this many.
    public var maximumBatchSize: Int
    /// The longest time that a sample waits for other samples when it could already be computed. While images are
    /// being decoded, the wait can last as long as a batch takes, if that is longer. With 0 the queue never waits.
    public var maximumDelay: Duration
    /// The largest number of samples that are admitted and not yet answered. It bounds memory and waiting time.
    public var capacity: Int

    /// Limits with the defaults of `convserve serve`: batches of 8 samples, a delay of 2 ms, and 128 admitted
    /// samples.
    public init(maximumBatchSize: Int = 8, maximumDelay: Duration = .milliseconds(2), capacity: Int = 128) {
      self.maximumBatchSize = maximumBatchSize
      self.maximumDelay = maximumDelay
      self.capacity = capacity
    }
  }

  /// A function that computes one batch. It returns one output for each input, in the same order. An error fails
  /// every request that has a sample in the batch.
  public typealias Run = ([Tensor]) throws -> [Tensor]

  /// The limits that the queue was made with.
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
  /// The callers of `drain` that wait for the queue's thread to end.
  private var drainers: [CheckedContinuation<Void, Never>] = []
  private var statistics = BatchStatistics()
  private var load = LoadEstimate()

  /// Starts the queue and its thread.
  ///
  /// - Parameters:
  ///   - configuration: the limits of the queue.
  ///   - decoderCount: the number of samples that can be prepared at the same time. While all decoders are busy, an
  ///     incomplete batch waits longer.
  ///   - makeRun: makes the function that computes batches. It is called once, on the queue's own thread. The
  ///     function that it returns stays on this thread, so it need not be `Sendable`.
  public init(configuration: Configuration, decoderCount: Int = 1, makeRun: @escaping @Sendable () -> Run) {
    self.configuration = configuration
    pending = PendingEntries(
      maximumBatchSize: configuration.maximumBatchSize, maximumDelay: configuration.maximumDelay,
      decoderCount: decoderCount)
    // The thread takes the closure out when it begins. What the closure holds must be free when `drain` returns, but
    // the thread itself lives a little longer.
    let maker = Mutex(Optional(makeRun))
    SystemThread(name: "batch-queue", stackBytes: 4 << 20) { [self] in work { maker.withLock { $0.take()! }() } }
  }

  /// The counts of computed, refused, expired and cancelled samples since the queue began.
  public var currentStatistics: BatchStatistics { condition.withLock { statistics } }

  /// Begins all counts anew: what warms a model up is no client's image.
  func forgetStatistics() { condition.withLock { statistics = BatchStatistics() } }

  /// The number of samples that are admitted and not yet answered: in decoding, waiting or being computed.
  public var admittedCount: Int { condition.withLock { admitted } }

  /// The number of samples that are decoded and wait for a batch.
  public var waitingCount: Int { condition.withLock { pending.entries.count } }

  /// Admits samples, lets `prepare` make them, and computes them in batches that are shared with other requests.
  ///
  /// Cancelling the task takes its waiting samples out of the queue.
  ///
  /// - Parameters:
  ///   - count: the number of samples; at least 1.
  ///   - deadline: the time after which nobody wants the answer. A request is refused if its answer would come later.
  ///     Samples whose batch has not begun by then are not computed.
  ///   - prepare: decodes and preprocesses the samples. It must return `count` tensors of the plan's input shape.
  /// - Returns: one outcome for each sample, in the order of `prepare`.
  /// - Throws: `BatchQueueError` if the request is refused. `DeadlineExceeded` if the deadline passes while samples
  ///   wait. `CancellationError` if the task is cancelled. Errors of `prepare`, and of the function that computes the
  ///   batch.
  /// - Precondition: `count` is at least 1, and `prepare` returns `count` tensors.
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

  /// Tells whether the queue would refuse a number of samples now. The check costs next to nothing, so a request can
  /// be refused before its body is read. A refusal counts in the statistics.
  ///
  /// - Parameters:
  ///   - count: the number of samples that a request would have.
  ///   - deadline: the time after which nobody wants the answer; `nil` for any time.
  /// - Returns: the reason of the refusal, or `nil` if the samples would be admitted.
  public func refusal(of count: Int, deadline: ContinuousClock.Instant?) -> BatchQueueError? {
    condition.withLock {
      let refusal = refusal(of: count, deadline, now: .now)
      if refusal != nil { statistics.refused += count }
      return refusal
    }
  }

  /// Refuses new requests from now on. Requests that were admitted are finished. The call does not wait for them.
  public func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// Closes the queue, and returns when all admitted requests are answered and the queue's thread has released its
  /// memory.
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
  /// Taken out by the code that answers the request, so that the request is answered once.
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

  /// Answers the requests whose deadline has passed. Call under the lock.
  ///
  /// The lock is released while the continuations resume. A thread that resumes a task waits for a thread that is
  /// cancelling this task, and the cancelling thread waits for the lock.
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
