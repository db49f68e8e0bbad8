import DequeModule

/// The samples that wait to be computed, and the rule by which they form a batch. A plain value: time is passed in.
struct PendingEntries<Element> {
  struct Entry {
    let element: Element
    let enqueued: ContinuousClock.Instant
    /// The time after which nobody wants the answer.
    var deadline: ContinuousClock.Instant?
  }

  /// What to do next.
  enum Decision {
    /// Nothing waits.
    case idle
    /// A batch may still grow: look again when something changes, or at this time, when it is to run or something
    /// expires.
    case wait(until: ContinuousClock.Instant)
    /// Compute these now.
    case run([Entry])
  }

  let maximumBatchSize: Int
  /// The longest time that the oldest sample waits for samples that are not announced.
  let maximumDelay: Duration
  /// Samples that can be decoded at a time.
  let decoderCount: Int
  private(set) var entries: Deque<Entry> = []

  init(maximumBatchSize: Int, maximumDelay: Duration, decoderCount: Int) {
    self.maximumBatchSize = maximumBatchSize
    self.maximumDelay = maximumDelay
    self.decoderCount = decoderCount
  }

  mutating func append(_ entry: Entry) {
    entries.append(entry)
  }

  mutating func removeAll(where shouldRemove: (Element) -> Bool) {
    entries.removeAll { shouldRemove($0.element) }
  }

  /// Removes the entries whose deadline has passed, and returns their elements.
  mutating func removeExpired(now: ContinuousClock.Instant) -> [Element] {
    let expired = entries.filter { $0.hasExpired(now) }
    if !expired.isEmpty { entries.removeAll { $0.hasExpired(now) } }
    return expired.map(\.element)
  }

  /// Decides what to do now.
  ///
  /// A full batch runs at once. A smaller batch waits for more samples. The wait counts from the time at which it
  /// could have run:
  ///
  /// - While every decoder is busy, it waits as long as a batch takes. The processors have work, and a batch that ran
  ///   meanwhile would only delay the decoding of the next one.
  /// - While some images are being decoded, it waits up to `maximumDelay`, or up to an eighth of the time that a
  ///   batch takes if that is longer.
  /// - If samples have waited for a batch to end, it waits up to the shorter of these two times. The clients that
  ///   were just answered may send their next requests. Without this wait, clients fall apart into groups that take
  ///   turns.
  ///
  /// - Parameters:
  ///   - freeSince: the time at which the last batch ended.
  ///   - batchTime: the duration of the last batch.
  ///   - decoding: the number of samples that are being decoded or wait to be decoded.
  mutating func next(
    now: ContinuousClock.Instant, freeSince: ContinuousClock.Instant, batchTime: Duration, decoding: Int
  ) -> Decision {
    guard let oldest = entries.first else { return .idle }
    let couldRun = max(oldest.enqueued, freeSince)
    let limit = limit(decoding: decoding, hasWaitedForBatch: oldest.enqueued < freeSince, batchTime)
    if entries.count < maximumBatchSize, now < couldRun + limit {
      return .wait(until: entries.compactMap(\.deadline).reduce(couldRun + limit, min))
    }
    let batch = Array(entries.prefix(maximumBatchSize))
    entries.removeFirst(batch.count)
    return .run(batch)
  }

  private func limit(decoding: Int, hasWaitedForBatch: Bool, _ batchTime: Duration) -> Duration {
    if maximumDelay == .zero { return .zero }
    if decoding >= decoderCount { return max(maximumDelay, batchTime) }
    if decoding > 0 { return max(maximumDelay, batchTime / 8) }
    return hasWaitedForBatch ? min(maximumDelay, batchTime / 8) : .zero
  }
}

extension PendingEntries.Entry {
  fileprivate func hasExpired(_ now: ContinuousClock.Instant) -> Bool { deadline.map { $0 <= now } ?? false }
}
