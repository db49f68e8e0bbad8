import ImageInput

/// All settings of a run that a user chooses. Equal settings, data, kernels and algorithms give equal weights.
///
/// The JSON form has the names of these properties in snake case.
public struct TrainingSettings: Codable, Hashable, Sendable {
  /// The name of the network, as `convserve architectures` lists it.
  public var architecture: String
  /// The shape of one input sample, `[C, H, W]`.
  public var input: [Int]
  /// The way from an image to the network's input, in training and in serving.
  public var preprocessing: Preprocessing
  /// The part of the training data that is held out for validation, if the data have no validation set.
  public var validation: HoldOut
  /// The number of epochs, unless the run stops early.
  public var epochs: Int
  /// The number of samples of a training step.
  public var batchSize: Int
  /// The update rule and its hyperparameters.
  public var optimizer: OptimizerSettings
  /// The base learning rate, which is the highest rate of the run.
  public var learningRate: Double
  /// The course of the learning rate after the warm-up.
  public var schedule: Schedule
  /// The length of the warm-up in epochs, fractions included. The rate rises linearly in it.
  public var warmUp: Double
  /// The share of the target distribution that is spread evenly over all classes, 0 to 1 (Szegedy et al., 2016,
  /// section 7).
  public var labelSmoothing: Double
  /// The weight of each class in the loss.
  public var classWeights: ClassWeighting
  /// The random changes of the training images.
  public var augmentation: Augmentation
  /// The distribution of the first weights. It does not count if the run starts from given weights.
  public var initialization: Initialization
  /// The average of the weights that is validated and published.
  public var average: WeightAveraging
  /// The number of epochs without a lower validation loss after which the run ends with the weights of its best
  /// epoch. With `nil` the run takes all epochs and ends with its last weights.
  public var earlyStopping: Int?
  /// The seed of all random numbers of the run.
  public var seed: UInt64

  /// Settings of the given values. Nothing is checked here.
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
