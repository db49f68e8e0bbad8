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

/// Where the time of one image went, in milliseconds. `decode`, `queue` and `compute` follow one another within `total`, so
/// they are together no more than that.
public struct ClassificationTiming: Encodable, Hashable, Sendable {
  /// Decoding and preprocessing.
  public let decode: Double
  /// Waiting for a batch; for several crops, that of the crop which was computed last.
  public let queue: Double
  /// The run of that batch through the network.
  public let compute: Double
  /// From the request's last byte (`start` of `ServedModel.classify`) to the classes of all its images: without encoding and
  /// sending the answer.
  public let total: Double

  init(decode: Duration, lastCrop: BatchOutcome, total: Duration) {
    self.decode = decode.wholeMicroseconds
    queue = lastCrop.queueTime.wholeMicroseconds
    compute = lastCrop.computeTime.wholeMicroseconds
    self.total = total.wholeMicroseconds
  }
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
  /// Samples in the batch in which the image was computed; for several crops, in the largest of their batches.
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
