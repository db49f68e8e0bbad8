/// The counts of one batch queue since it began.
public struct BatchStatistics: Hashable, Sendable {
  /// Samples in all computed batches.
  public private(set) var samples = 0
  /// Computed batches.
  public private(set) var batches = 0
  /// The number of computed batches of each size; sizes that never occurred have no entry.
  public private(set) var batchSizes: [Int: Int] = [:]
  /// Samples that were refused: the queue was full or closed, the request was larger than the queue, or its answer
  /// would have come too late.
  public internal(set) var refused = 0
  /// Samples that were admitted and given up because their deadline had passed.
  public internal(set) var expired = 0
  /// Samples that were admitted and given up because their task was cancelled before the deadline: the client had
  /// left, for example.
  public internal(set) var cancelled = 0

  mutating func record(batchSize: Int) {
    samples += batchSize
    batches += 1
    batchSizes[batchSize, default: 0] += 1
  }
}
