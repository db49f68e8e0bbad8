/// How classes are scored.
public enum ScoreKind: String, Codable, CaseIterable, Sendable {
  /// Softmax of the logits: between 0 and 1, all classes summing to 1.
  case probability
  /// The network's own outputs.
  case logit
}

/// One of the best classes of an image.
public struct RankedClass: Encodable, Hashable, Sendable {
  /// 1 for the best.
  public let rank: Int
  /// Index of the network's output.
  public let index: Int
  public let label: ClassLabel
  public let score: Float
  public let scoreKind: ScoreKind

  enum CodingKeys: String, CodingKey {
    case rank, index, id, label, probability, logit
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rank, forKey: .rank)
    try container.encode(index, forKey: .index)
    try container.encodeIfPresent(label.id, forKey: .id)
    try container.encode(label.name, forKey: .label)
    try container.encode(score, forKey: scoreKind == .probability ? .probability : .logit)
  }
}

/// Where the time of one image went, in milliseconds.
public struct ClassificationTiming: Encodable, Hashable, Sendable {
  /// Decoding and preprocessing.
  public let decode: Double
  /// Waiting for a batch.
  public let queue: Double
  /// The batch's run through the network.
  public let compute: Double
  /// From the request's admission to its answer.
  public let total: Double
}

/// What a network says of one image.
public struct Classification: Encodable, Hashable, Sendable {
  /// The image's name, as the client gave it.
  public let image: String
  /// Size of the upright image in pixels.
  public let width: Int
  public let height: Int
  /// The best classes, best first.
  public let classes: [RankedClass]
  public let timing: ClassificationTiming
  /// Samples in the batch in which the image was computed.
  public let batchSize: Int

  enum CodingKeys: String, CodingKey {
    case image, width, height, classes
    case timing = "timing_ms"
    case batchSize = "batch_size"
  }
}

/// The answer to a classification request: one prediction an image, in the order sent.
public struct ClassificationAnswer: Encodable, Hashable, Sendable {
  public let model: String
  public let version: String
  public let predictions: [Classification]

  public init(model: String, version: String, predictions: [Classification]) {
    self.model = model
    self.version = version
    self.predictions = predictions
  }
}
