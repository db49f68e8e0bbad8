/// Loss and accuracy of training and validation over the epochs of a run.
public struct LearningCurve: Hashable, Sendable {
  /// The name of the picture's file beside `training.json`.
  public static let fileName = "training.svg"

  /// The heading of the picture, usually the model's name.
  public let title: String
  /// One record for each epoch, in order.
  public let epochs: [EpochRecord]

  /// A curve of the given epochs.
  public init(title: String, _ epochs: [EpochRecord]) {
    self.title = title
    self.epochs = epochs
  }
}
