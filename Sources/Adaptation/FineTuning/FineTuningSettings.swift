/// How upper layers are trained.
public struct FineTuningSettings: Codable, Hashable, Sendable {
  /// Most epochs; in each of them every training image is shown once, in one of its views.
  public var epochs: Int
  /// Images of a step; fewer where there are not as many.
  public var batchSize: Int
  /// Highest rate of AdamW, from which it falls along a cosine: a tenth of what training from nothing begins with.
  public var learningRate: Double
  /// What AdamW takes off weights, but not off biases and batch normalisation.
  public var weightDecay: Double
  /// Epochs without a lower validation loss after which it ends.
  public var patience: Int
  /// Pictures that are made of each training image at most.
  public var views: Int
  /// The most that kept maps may take on disk, in bytes.
  public var maximumMapBytes: Int

  public init(
    epochs: Int = 16, batchSize: Int = 16, learningRate: Double = 1e-4, weightDecay: Double = 0.01, patience: Int = 5,
    views: Int = 4, maximumMapBytes: Int = 2 << 30
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.patience = patience
    self.views = views
    self.maximumMapBytes = maximumMapBytes
  }

  enum CodingKeys: String, CodingKey {
    case epochs, patience, views
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
    case maximumMapBytes = "maximum_map_bytes"
  }
}
