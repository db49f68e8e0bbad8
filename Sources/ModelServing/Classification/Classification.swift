/// The kind of score that a classification reports.
public enum ScoreKind: String, Codable, CaseIterable, Sendable {
  /// The softmax of the logits: each score lies between 0 and 1, and the scores of all classes sum to 1. Over several
  /// crops, the probabilities are averaged (Krizhevsky et al., 2012, section 4.1).
  case probability
  /// The outputs of the network itself, averaged over several crops.
  case logit
}

/// One of the best classes of an image, with its score.
public struct RankedClass: Encodable, Hashable, Sendable {
  /// The position among the best classes; 1 is the best.
  public let rank: Int
  /// The index of the class among the network's outputs, from 0.
  public let index: Int
  /// The name of the class.
  public let label: ClassLabel
  /// The score of the class, of the kind `scoreKind`.
  public let score: Float
  /// The kind of `score`. It decides whether JSON names the score `probability` or `logit`.
  public let scoreKind: ScoreKind

  enum CodingKeys: String, CodingKey {
    case rank, index, id, label, probability, logit
  }

  /// Encodes `rank`, `index`, `id` (if there is one), `label` and `probability` or `logit`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rank, forKey: .rank)
    try container.encode(index, forKey: .index)
    try container.encodeIfPresent(label.id, forKey: .id)
    try container.encode(label.name, forKey: .label)
    try container.encode(score, forKey: scoreKind == .probability ? .probability : .logit)
  }
}

/// The times of one image in milliseconds, to a microsecond, rounded down.
///
/// `decode`, `queue` and `compute` follow one another within `total`, so their sum is at most `total`.
public struct ClassificationTiming: Encodable, Hashable, Sendable {
  /// The time of decoding and preprocessing.
  public let decode: Double
  /// The time of waiting for a batch. For several crops, this is the waiting time of the crop that was computed last.
  public let queue: Double
  /// The time in which the network computed that batch.
  public let compute: Double
  /// The time from the last byte of the request (`start` of `ServedModel.classify`) until all images of the request
  /// have their classes. Encoding and sending the answer are not included.
  public let total: Double

  init(decode: Duration, lastCrop: BatchOutcome, total: Duration) {
    self.decode = decode.wholeMicroseconds
    queue = lastCrop.queueTime.wholeMicroseconds
    compute = lastCrop.computeTime.wholeMicroseconds
    self.total = total.wholeMicroseconds
  }
}

/// The prediction for one image.
public struct Classification: Encodable, Hashable, Sendable {
  /// The name of the image, as the client gave it.
  public let image: String
  /// The width of the upright image in pixels, before resizing.
  public let width: Int
  /// The height of the upright image in pixels, before resizing.
  public let height: Int
  /// The best classes, best first. There are `ClassificationOptions.topK` of them, or all classes if the network has
  /// fewer.
  public let classes: [RankedClass]
  /// The times of the image.
  public let timing: ClassificationTiming
  /// The number of samples in the batch in which the image was computed. For several crops, this is the largest of
  /// their batches.
  public let batchSize: Int

  enum CodingKeys: String, CodingKey {
    case image, width, height, classes
    case timing = "timing_ms"
    case batchSize = "batch_size"
  }
}

/// The answer to a classification request.
public struct ClassificationAnswer: Encodable, Hashable, Sendable {
  /// The name of the model that answered.
  public let model: String
  /// The version of the model that answered.
  public let version: String
  /// One prediction for each image, in the order of the request.
  public let predictions: [Classification]

  /// An answer with the given predictions, in the order of the images.
  public init(model: String, version: String, predictions: [Classification]) {
    self.model = model
    self.version = version
    self.predictions = predictions
  }
}
