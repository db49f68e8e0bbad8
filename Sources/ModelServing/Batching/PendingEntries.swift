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
    /// A batch may still grow: look again when something changes, or at this time.
    case wait(until: ContinuousClock.Instant)
    /// Compute these now.
    case run([Entry])
  }

  let maximumBatchSize: Int
  /// How long the oldest sample may wait for company.
  let maximumDelay: Duration
  private(set) var entries: Deque<Entry> = []

  init(maximumBatchSize: Int, maximumDelay: Duration) {
    self.maximumBatchSize = maximumBatchSize
    self.maximumDelay = maximumDelay
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

  /// A full batch runs at once. A smaller one waits up to `maximumDelay`, but only while `expectsMore`: with nobody
  /// on the way, waiting would cost time and gain nothing.
  mutating func next(now: ContinuousClock.Instant, expectsMore: Bool) -> Decision {
    guard let oldest = entries.first else { return .idle }
    let latest = oldest.enqueued + maximumDelay
    if entries.count < maximumBatchSize, expectsMore, now < latest { return .wait(until: latest) }
    let batch = Array(entries.prefix(maximumBatchSize))
    entries.removeFirst(batch.count)
    return .run(batch)
  }
}

extension PendingEntries.Entry {
  fileprivate func hasExpired(_ now: ContinuousClock.Instant) -> Bool { deadline.map { $0 <= now } ?? false }
}
