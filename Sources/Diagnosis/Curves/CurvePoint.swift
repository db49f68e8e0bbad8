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
    /// A number, which a curve of other programs may give in another unit.
    func number(_ key: CodingKeys, below bound: Double = .infinity) throws -> Double? {
      guard let value = try members.decodeIfPresent(Double.self, forKey: key) else { return nil }
      guard !(value < 0), !(value > bound) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: members,
          debugDescription: "is \(value), and has to be \(bound == 1 ? "a share from 0 to 1" : "0 or more")")
      }
      return value
    }
    self.init(
      epoch: try members.decode(Int.self, forKey: .epoch), trainLoss: try number(.trainLoss) ?? .nan,
      trainAccuracy: try number(.trainAccuracy, below: 1), validationLoss: try number(.validationLoss),
      validationAccuracy: try number(.validationAccuracy, below: 1), learningRate: try number(.learningRate))
  }
}
