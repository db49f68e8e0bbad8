import DequeModule

/// Samples that wait to be computed, and the rule by which they form a batch. A plain value: time is passed in.
struct PendingEntries<Element> {
  struct Entry {
    let element: Element
    let enqueued: ContinuousClock.Instant
    /// From when on nobody wants it any more.
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
  /// How long the oldest sample may wait for company that nobody has announced.
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

  /// Takes out what nobody wants any more.
  mutating func removeExpired(now: ContinuousClock.Instant) -> [Element] {
    let expired = entries.filter { $0.hasExpired(now) }
    if !expired.isEmpty { entries.removeAll { $0.hasExpired(now) } }
    return expired.map(\.element)
  }

  /// A full batch runs at once. A smaller one waits where it may grow, counted from when it could have run:
  ///
  /// - while every decoder is busy, as long as a batch takes: the processors have something to do, and a batch that runs
  ///   meanwhile would only take them away from its own successor;
  /// - while some decode, up to `maximumDelay`, or an eighth of the time that a batch takes if that is longer;
  /// - where samples have waited for a batch to end, up to the shorter of the two, for the next requests of those who
  ///   were answered by it. Without that, clients fall apart into groups that take turns.
  ///
  /// - Parameters:
  ///   - freeSince: when the last batch ended.
  ///   - batchTime: how long it took.
  ///   - decoding: samples that are being decoded, or wait for that.
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
