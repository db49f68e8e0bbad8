import InferenceRuntime
import Training

/// A candidate of steps 4 and 5 as it came out.
public struct TrialOutcome: Hashable, Sendable, Encodable {
  public let learningRate: Double
  public let weightDecay: Double
  public let schedule: String
  public let curve: [EpochRecord]
  /// Why it ended before its last epoch.
  public let divergence: String?

  public var last: EpochRecord? { curve.last }

  /// Of the last epoch; 0 for a run that diverged.
  public var validationAccuracy: Double { divergence == nil ? last?.validationAccuracy ?? 0 : 0 }
  public var validationLoss: Double { divergence == nil ? last?.validationLoss ?? .infinity : .infinity }

  /// The better of two: by accuracy, then by loss.
  static func isWorse(_ first: TrialOutcome, _ second: TrialOutcome) -> Bool {
    (first.validationAccuracy, -first.validationLoss) < (second.validationAccuracy, -second.validationLoss)
  }

  private enum CodingKeys: String, CodingKey {
    case schedule, curve, divergence
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
  }
}

/// Trains and validates candidates on one share of the data. Test images are not even given to it.
final class TrialRun {
  private let bench: TuningBench
  private let training: any DataSet
  private let validation: any DataSet
  /// Reading all of the images for it takes a while.
  private let fingerprint: String

  /// - Throws: `DataSetError`.
  init(_ bench: TuningBench, _ work: TuningWork, seed: UInt64) throws {
    self.bench = bench
    training = try TuningBench.share(bench.source.training, count: work.trainingImages, seed: seed)
    validation = try TuningBench.share(bench.source.validation!, count: work.validationImages, seed: seed)
    fingerprint = try training.fingerprint()
  }

  var trainingImages: Int { training.count }
  var validationImages: Int { validation.count }

  /// - Parameter progressed: is told the passes of each step.
  /// - Throws: `TrainerError.stopped`; what reading images throws.
  func run(_ settings: TrainingSettings, progressed: (Double) throws -> Void) throws -> TrialOutcome {
    let trainer = try Trainer(
      settings, network: bench.network, data: data(settings), build: bench.build, kernels: bench.kernels,
      checkpoints: nil, choices: bench.choices, pool: bench.pool)
    var curve: [EpochRecord] = []
    var divergence: String?
    do {
      _ = try trainer.run(isStopping: bench.isStopping) { event in
        switch event {
        case .step: try progressed(Double(settings.batchSize))
        case .epoch(let record):
          curve.append(record)
          try progressed(Double(validation.count) / 3)
        case .unreadable, .untested, .checkpoint, .done: break
        }
      }
    } catch let error as TrainerError where error.isDivergence {
      divergence = error.divergence
    }
    return TrialOutcome(
      learningRate: settings.learningRate, weightDecay: settings.optimizer.weightDecay,
      schedule: settings.schedule.description, curve: curve, divergence: divergence)
  }

  private func data(_ settings: TrainingSettings) -> TrainingData {
    TrainingData(
      classes: training.classes,
      training: DataSetSource(
        training, .training, preprocessing: settings.preprocessing, augmentation: settings.augmentation,
        seed: settings.seed, threadCount: bench.pool.threadCount),
      validation: DataSetSource(
        validation, .evaluation, preprocessing: settings.preprocessing, threadCount: bench.pool.threadCount),
      test: nil, fingerprint: fingerprint, origin: training.name)
  }
}

extension TrainerError {
  var isDivergence: Bool { divergence != nil }

  /// What became infinite or no number, and when.
  fileprivate var divergence: String? {
    switch self {
    case .diverged(let step, let epoch, _, _, _): "the loss was no number in step \(step), epoch \(epoch)"
    case .weightsDiverged(let tensor, let epoch, _, _): "\(tensor) was no number in epoch \(epoch)"
    case .classWeights, .classes, .input, .preprocessing, .stopped: nil
    }
  }
}
