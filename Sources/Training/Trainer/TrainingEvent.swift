/// An event of a run while it goes on.
public enum TrainingEvent: Sendable {
  /// A training step is complete.
  case step(TrainingProgress)
  /// An epoch is trained and validated. Its checkpoint is written, if the run keeps checkpoints.
  case epoch(EpochRecord)
  /// An image cannot be read and is left out. Each image is reported once.
  case unreadable(UnreadableImage)
  /// The test images cannot be used. The network is published without a test result.
  case untested(DataSetError)
  /// The checkpoint after this epoch, counted from 1, is written and flushed to disk.
  case checkpoint(epoch: Int, path: String)
  /// All epochs and the test are complete. The version is not published yet.
  case done(epochs: Int)
}

/// The state of a run after a training step.
public struct TrainingProgress: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The number of epochs in the settings. Early stopping may end the run before.
  public var epochs: Int
  /// The number of complete steps of this epoch.
  public var step: Int
  /// The number of steps of one epoch.
  public var steps: Int
  /// The mean loss of the epoch so far, in nats.
  public var loss: Double
  /// The share of this epoch's images so far that were classified correctly, 0 to 1.
  public var accuracy: Double
  /// The learning rate of the step.
  public var learningRate: Double
  /// Training images in a second, as a mean over the epoch so far.
  public var imagesPerSecond: Double
}
