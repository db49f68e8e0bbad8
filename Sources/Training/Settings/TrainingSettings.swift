import ImageInput

/// Everything that a user can set about a run, and nothing that the machine adds: the same settings, seed and data give the
/// same weights.
public struct TrainingSettings: Codable, Hashable, Sendable {
  /// Name of the network, as `convserve architectures` lists it.
  public var architecture: String
  /// Shape of one input sample, `[C, H, W]`.
  public var input: [Int]
  /// From an image to the network's input, now and when serving.
  public var preprocessing: Preprocessing
  /// How much of the training data is kept for validation, where they have no set of their own for it.
  public var validation: HoldOut
  public var epochs: Int
  public var batchSize: Int
  public var optimizer: OptimizerSettings
  /// Highest learning rate.
  public var learningRate: Double
  public var schedule: Schedule
  /// Epochs in which the rate rises before the schedule begins.
  public var warmUp: Double
  /// What of the target distribution is spread evenly over all classes.
  public var labelSmoothing: Double
  public var classWeights: ClassWeighting
  /// Random changes of the training images.
  public var augmentation: Augmentation
  public var initialization: Initialization
  public var average: WeightAveraging
  /// Epochs without a lower validation loss after which the run ends; nothing: it runs to its end.
  public var earlyStopping: Int?
  public var seed: UInt64

  public init(
    architecture: String, input: [Int], preprocessing: Preprocessing, validation: HoldOut, epochs: Int, batchSize: Int,
    optimizer: OptimizerSettings, learningRate: Double, schedule: Schedule, warmUp: Double, labelSmoothing: Double,
    classWeights: ClassWeighting, augmentation: Augmentation, initialization: Initialization, average: WeightAveraging,
    earlyStopping: Int?, seed: UInt64
  ) {
    self.architecture = architecture
    self.input = input
    self.preprocessing = preprocessing
    self.validation = validation
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.warmUp = warmUp
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
    self.augmentation = augmentation
    self.initialization = initialization
    self.average = average
    self.earlyStopping = earlyStopping
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case architecture, input, preprocessing, validation, epochs, optimizer, schedule, augmentation, initialization,
      average
    case seed
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case warmUp = "warm_up"
    case labelSmoothing = "label_smoothing"
    case classWeights = "class_weights"
    case earlyStopping = "early_stopping"
  }
}
