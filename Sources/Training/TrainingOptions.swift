import InferenceRuntime

/// The options of a `TrainingPlan`.
public struct TrainingOptions: Sendable {
  /// The largest batch in samples, at least 1. The plan's memory has room for this many.
  public var maximumBatch: Int
  /// The instruction set that computes. This processor must support it.
  public var kernels: ProcessorKernels
  /// The seed of the random numbers in the network itself, which are those of dropout.
  public var seed: UInt64
  /// The share of the target distribution that is spread evenly over all classes, 0 to 1 (Szegedy et al., 2016,
  /// section 7).
  public var labelSmoothing: Float
  /// One weight for each class in the loss; `nil` for equal weights.
  public var classWeights: [Float]?
  /// The names of tensors that keep their values. Gradients that only frozen tensors would need are not computed.
  public var frozen: Set<String>
  /// Whether batch normalisation uses its running statistics, as in serving, instead of those of the batch.
  public var freezesStatistics: Bool
  /// For tests that compare layouts.
  var layout = MapLayout.chosen

  /// Options with the best kernels, without label smoothing, class weights or frozen tensors, unless the arguments
  /// say otherwise.
  public init(
    maximumBatch: Int, kernels: ProcessorKernels = .best, seed: UInt64 = 0, labelSmoothing: Float = 0,
    classWeights: [Float]? = nil, frozen: Set<String> = [], freezesStatistics: Bool = false
  ) {
    self.maximumBatch = maximumBatch
    self.kernels = kernels
    self.seed = seed
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
    self.frozen = frozen
    self.freezesStatistics = freezesStatistics
  }
}
