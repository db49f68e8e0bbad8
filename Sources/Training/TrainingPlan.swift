import InferenceRuntime
import NetworkGraph

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

/// What one batch gave.
public struct BatchResult: Hashable, Sendable {
  /// Samples of the batch.
  public var samples: Int
  /// Mean loss of a sample, weighted by class weights where there are such.
  public var loss: Double
  /// Samples whose largest logit is that of their label.
  public var correct: Int
}

/// A network with everything that a step of training computes: forward, loss, backward.
///
/// One plan owns the memory of one batch; it allocates nothing while it runs.
public final class TrainingPlan {
  public let parameters: ParameterStore
  public let maximumBatch: Int

  /// - Parameter pool: threads to run on; results do not depend on how many they are.
  /// - Throws: `ShapeError` or `TrainingError`.
  public init(
    _ network: Network, parameters: ParameterStore, options: TrainingOptions, pool: WorkerPool
  ) throws {
    self.parameters = parameters
    maximumBatch = options.maximumBatch
    fatalError("not yet")
  }

  /// Runs the batch forward and backward: afterwards `parameters.gradients` are those of the mean loss, and running
  /// statistics have taken the batch in.
  ///
  /// - Parameter step: number of the step, from 0, for which dropout draws its numbers.
  public func computeGradients(_ batch: TrainingBatch, step: Int) -> BatchResult { fatalError("not yet") }
}
