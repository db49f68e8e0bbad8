/// Loss and accuracy of training and validation over the epochs of a run.
public struct LearningCurve: Hashable, Sendable {
  /// Name beside `training.json`.
  public static let fileName = "training.svg"

  public let title: String
  public let epochs: [EpochRecord]

  public init(title: String, _ epochs: [EpochRecord]) {
    self.title = title
    self.epochs = epochs
  }
}
