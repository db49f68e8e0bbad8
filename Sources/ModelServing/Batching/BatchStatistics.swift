/// Counts of computed batches, by size.
public struct BatchStatistics: Hashable, Sendable {
  public private(set) var samples = 0
  public private(set) var batches = 0
  /// Number of batches of each size.
  public private(set) var batchSizes: [Int: Int] = [:]
  /// Samples refused because the queue was full, or would have answered too late.
  public internal(set) var refused = 0
  /// Samples given up because their deadline had passed.
  public internal(set) var expired = 0
  /// Samples given up because their client had gone, or the server stopped waiting for them.
  public internal(set) var cancelled = 0

  mutating func record(batchSize: Int) {
    samples += batchSize
    batches += 1
    batchSizes[batchSize, default: 0] += 1
  }
}
