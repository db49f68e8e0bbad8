/// What batches are for.
public enum LoaderPurpose: Hashable, Sendable {
  /// Shuffled anew in each epoch; what is left over after the last whole batch waits for another epoch; an image that
  /// cannot be read gives its place to the next one that can, so that every batch is full.
  case training
  /// In the order of the data; the last batch is as small as it has to be; an image that cannot be read is left out, so
  /// that nothing is counted twice.
  case evaluation
}

/// How a `BatchLoader` works.
public struct LoaderOptions: Sendable {
  public var purpose: LoaderPurpose
  public var batchSize: Int
  /// The run's.
  public var seed: UInt64
  /// Threads that prepare samples; the samples do not depend on how many they are.
  public var threadCount: Int
  /// Batches in memory, the one that is trained with counted in.
  public var batchCount: Int
  /// The most memory for images at the network's size that are kept after they were first made, in bytes.
  public var cacheBytes: Int
  public var unreadableLimit: UnreadableLimit

  public static let standardCacheBytes = 512 << 20

  public init(
    _ purpose: LoaderPurpose, batchSize: Int, seed: UInt64 = 0, threadCount: Int = 1, batchCount: Int = 4,
    cacheBytes: Int = LoaderOptions.standardCacheBytes, unreadableLimit: UnreadableLimit = UnreadableLimit()
  ) {
    precondition(batchSize > 0 && threadCount > 0 && batchCount > 1, "a loader needs room, threads and two batches")
    self.purpose = purpose
    self.batchSize = batchSize
    self.seed = seed
    self.threadCount = threadCount
    self.batchCount = batchCount
    self.cacheBytes = cacheBytes
    self.unreadableLimit = unreadableLimit
  }
}
