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
