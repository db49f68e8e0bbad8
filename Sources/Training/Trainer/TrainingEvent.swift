/// What a run tells while it goes on.
public enum TrainingEvent: Sendable {
  case step(TrainingProgress)
  case epoch(EpochRecord)
  /// An image that cannot be read, and is left out.
  case unreadable(UnreadableImage)
  /// The test images cannot be used, and the network is published without a figure of theirs.
  case untested(DataSetError)
  /// The checkpoint of an epoch is safe.
  case checkpoint(epoch: Int, path: String)
  /// All epochs are done; what comes of it is not yet in its place.
  case done(epochs: Int)
}

/// Where a run stands after a step.
public struct TrainingProgress: Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  public var epochs: Int
  /// Steps of this epoch that are done.
  public var step: Int
  /// Steps of one epoch.
  public var steps: Int
  /// Mean of the epoch so far.
  public var loss: Double
  public var accuracy: Double
  /// Of the step.
  public var learningRate: Double
  /// Mean of the epoch so far.
  public var imagesPerSecond: Double
}
