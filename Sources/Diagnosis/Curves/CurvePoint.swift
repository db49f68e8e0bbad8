import Training

/// One epoch of a curve, as far as it is known.
public struct CurvePoint: Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// Mean of what was minimised; not a number where the run says so.
  public var trainLoss: Double
  public var trainAccuracy: Double?
  public var validationLoss: Double?
  public var validationAccuracy: Double?
  /// Of the epoch's last step.
  public var learningRate: Double?

  public init(
    epoch: Int, trainLoss: Double, trainAccuracy: Double? = nil, validationLoss: Double? = nil,
    validationAccuracy: Double? = nil, learningRate: Double? = nil
  ) {
    self.epoch = epoch
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.learningRate = learningRate
  }

  public init(_ record: EpochRecord) {
    self.init(
      epoch: record.epoch, trainLoss: record.trainLoss, trainAccuracy: record.trainAccuracy,
      validationLoss: record.validationLoss, validationAccuracy: record.validationAccuracy,
      learningRate: record.learningRate)
  }
}

extension CurvePoint: Decodable {
  private enum CodingKeys: String, CodingKey {
    case epoch
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case learningRate = "learning_rate"
  }

  /// A training loss that is `null` is no number: so do writers of JSON that know no other way.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    guard members.contains(.trainLoss) else {
      throw DecodingError.keyNotFound(
        CodingKeys.trainLoss, .init(codingPath: decoder.codingPath, debugDescription: "an epoch has a train_loss"))
    }
    self.init(
      epoch: try members.decode(Int.self, forKey: .epoch),
      trainLoss: try members.decodeIfPresent(Double.self, forKey: .trainLoss) ?? .nan,
      trainAccuracy: try members.decodeIfPresent(Double.self, forKey: .trainAccuracy),
      validationLoss: try members.decodeIfPresent(Double.self, forKey: .validationLoss),
      validationAccuracy: try members.decodeIfPresent(Double.self, forKey: .validationAccuracy),
      learningRate: try members.decodeIfPresent(Double.self, forKey: .learningRate))
  }
}
