public import InferenceRuntime
import ModelServing
public import NetworkGraph
public import Training

/// What all steps run on: a network, the images, threads, and a clock.
public struct TuningBench {
  public let network: Network
  /// With images held out.
  public let source: DataSource
  public let kernels: ProcessorKernels
  public let choices: AlgorithmChoices
  public let pool: WorkerPool
  public let build: String
  /// Seconds since the run began.
  public let seconds: () -> Double
  public let isStopping: () -> Bool

  /// - Parameter source: without images held out, as many as `settings` say are.
  /// - Throws: `TuningError.noValidation`, `.tooFewImages`, `DataSetError`.
  public init(
    network: Network, source: DataSource, settings: TrainingSettings, kernels: ProcessorKernels,
    choices: AlgorithmChoices, pool: WorkerPool, build: String, seconds: @escaping () -> Double,
    isStopping: @escaping () -> Bool
  ) throws {
    let divided =
      source.validation == nil ? try source.holdingOut(settings.validation, seed: settings.seed) : source
    guard let validation = divided.validation, validation.count > 0 else { throw TuningError.noValidation }
    guard divided.training.count >= 2 * settings.batchSize else {
      throw TuningError.tooFewImages(count: divided.training.count, batchSize: settings.batchSize)
    }
    self.network = network
    self.source = divided
    self.kernels = kernels
    self.choices = choices
    self.pool = pool
    self.build = build
    self.seconds = seconds
    self.isStopping = isStopping
  }

  var classCount: Int { source.training.classes.count }

  /// Images of each class as large a part as of all.
  ///
  /// - Throws: `DataSetError`.
  static func share(_ dataSet: any DataSet, count: Int, seed: UInt64) throws -> any DataSet {
    guard count < dataSet.count else { return dataSet }
    // Each class keeps one image in the other part; where that cannot be, all are taken.
    guard count <= dataSet.count - dataSet.classCounts.count(where: { $0 > 0 }) else { return dataSet }
    return try dataSet.split(.count(count), seed: seed).validation
  }

  /// The entropy of the labels in nats: the loss of a guess that knows how frequent each class is.
  var labelEntropy: Double {
    let counts = source.training.classCounts.map(Double.init)
    let total = counts.reduce(0, +)
    return counts.reduce(0) { $0 - ($1 > 0 ? $1 / total * ($1 / total).logarithm : 0) }
  }

  /// The part of the images held out that the commonest class of all has.
  var majorityShare: Double {
    let counts = source.validation?.classCounts ?? []
    return Double(counts.max() ?? 0) / Double(max(counts.reduce(0, +), 1))
  }
}
