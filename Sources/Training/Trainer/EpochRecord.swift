/// The results of one epoch, which is one point of a learning curve.
public struct EpochRecord: Codable, Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The mean loss of the training steps in nats, over augmented images and with label smoothing and class weights.
  /// It is therefore not comparable with the validation loss.
  public var trainLoss: Double
  /// The share of training images that were classified correctly just before the network learned from them, 0 to 1.
  public var trainAccuracy: Double
  /// The mean cross-entropy of the validation images in nats, without label smoothing and class weights; `nil`
  /// without validation images.
  public var validationLoss: Double?
  /// The share of validation images that are classified correctly, 0 to 1; `nil` without validation images.
  public var validationAccuracy: Double?
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// Training images in a second. The time of validation does not count.
  public var imagesPerSecond: Double

  /// A record of the given results.
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

  /// Encodes all members. `validation_loss` and `validation_accuracy` are `null` without validation images.
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
