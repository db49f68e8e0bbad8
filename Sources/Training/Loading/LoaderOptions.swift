/// The purpose of batches, which decides their order and how unreadable images are treated.
public enum LoaderPurpose: Hashable, Sendable {
  /// The images are shuffled anew in each epoch. An incomplete last batch is left out; its images may come in another
  /// epoch. The next readable image takes the place of an unreadable one, so that every batch is full.
  case training
  /// The images come in the order of the data. The last batch may be incomplete. Unreadable images are left out, so
  /// that no image counts twice.
  case evaluation
}

/// The options of a `BatchLoader`.
public struct LoaderOptions: Sendable {
  /// The purpose of the batches.
  public var purpose: LoaderPurpose
  /// The number of samples of a batch, at least 1.
  public var batchSize: Int
  /// The seed of the run. It decides the order of the images and their augmentation.
  public var seed: UInt64
  /// The number of threads that prepare samples, at least 1. The samples do not depend on it.
  public var threadCount: Int
  /// The number of batches in memory, at least 2. One is used while the others are prepared.
  public var batchCount: Int
  /// The largest memory, in bytes, for prepared images at the network's input size. Images are cached only if all
  /// images of the set fit.
  public var cacheBytes: Int
  /// The number of unreadable images after which an epoch ends with an error.
  public var unreadableLimit: UnreadableLimit

  /// The default of `cacheBytes`: 512 MiB.
  public static let standardCacheBytes = 512 << 20

  /// Options with one thread, four batches in memory and the default limits.
  ///
  /// - Precondition: `batchSize` and `threadCount` are at least 1, and `batchCount` is at least 2.
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
