import InferenceRuntime

/// How a plan computes gradients.
public struct TrainingOptions: Sendable {
  /// Most samples of a batch.
  public var maximumBatch: Int
  public var kernels: ProcessorKernels
  /// Seed of everything random in the network itself: dropout.
  public var seed: UInt64
  /// Softmax cross-entropy: what of the target distribution is spread evenly over all classes, 0 to 1.
  public var labelSmoothing: Float
  /// One weight a class, or none for equal ones.
  public var classWeights: [Float]?
  /// Names of tensors that keep their values; layers whose gradients nobody needs are not computed backward.
  public var frozen: Set<String>
  /// Whether batch normalisation uses the running statistics, as when serving, rather than those of the batch.
  public var freezesStatistics: Bool
  /// For tests that compare layouts.
  var layout = MapLayout.chosen

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
