/// One epoch of a run: a point of its learning curve.
public struct EpochRecord: Codable, Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// Mean of what was minimised, over the images as they were trained with: changed at random, and with label smoothing.
  public var trainLoss: Double
  /// Share of the training images that were classified rightly just before they were learned from.
  public var trainAccuracy: Double
  /// Mean cross-entropy of the images held out, without label smoothing and class weights; nothing where there are none.
  public var validationLoss: Double?
  public var validationAccuracy: Double?
  /// Of the epoch's last step.
  public var learningRate: Double
  /// Training images in a second, validation not counted.
  public var imagesPerSecond: Double

  public init(
    epoch: Int, trainLoss: Double, trainAccuracy: Double, validationLoss: Double?, validationAccuracy: Double?,
    learningRate: Double, imagesPerSecond: Double
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.learningRate = learningRate
    self.imagesPerSecond = imagesPerSecond
  }

  enum CodingKeys: String, CodingKey {
    case epoch
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case learningRate = "learning_rate"
    case imagesPerSecond = "images_per_second"
  }

  /// All members, `null` where there is no validation.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(trainLoss, forKey: .trainLoss)
    try container.encode(trainAccuracy, forKey: .trainAccuracy)
    try container.encode(validationLoss, forKey: .validationLoss)
    try container.encode(validationAccuracy, forKey: .validationAccuracy)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(imagesPerSecond, forKey: .imagesPerSecond)
  }
}
