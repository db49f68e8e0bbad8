public import Foundation
public import InferenceRuntime
public import ModelServing
import NetworkGraph
public import Training

/// Trains a network from drawn weights on the images that another is adapted to: what pretraining is compared with.
///
/// Nothing is chosen by the images that it is judged by: the last epoch counts. As with `FineTuner`, the same call gives the
/// same bits, and goes on where its work folder says that it stopped.
public struct ScratchTraining {
  /// The network of the model that is adapted, whose head has an output for each class; its weights are not looked at.
  public let model: ModelContents
  /// All images of the run.
  public let dataSet: any DataSet
  /// Places in the data set of what is learned from; each class has at least one.
  public let training: [Int]
  /// Places of what it is judged by; at least one.
  public let test: [Int]
  /// Changes with the contents of the images.
  public let fingerprint: String
  /// Passes over the training images.
  public let epochs: Int
  /// Decides on everything that is random.
  public let seed: UInt64
  /// A folder of this run's own, for checkpoints.
  public let workFolder: URL
  /// Names the program that computes.
  public let build: String
  /// The instruction set that computes.
  public let kernels: ProcessorKernels
  /// Its threads decide about time alone.
  public let pool: WorkerPool

  public init(
    _ model: ModelContents, dataSet: any DataSet, training: [Int], test: [Int], fingerprint: String, epochs: Int = 40,
    seed: UInt64, workFolder: URL, build: String, kernels: ProcessorKernels = .best, pool: WorkerPool
  ) {
    self.model = model
    self.dataSet = dataSet
    self.training = training
    self.test = test
    self.fingerprint = fingerprint
    self.epochs = epochs
    self.seed = seed
    self.workFolder = workFolder
    self.build = build
    self.kernels = kernels
    self.pool = pool
  }

  /// - Parameters:
  ///   - isStopping: asked after each step.
  ///   - report: is told the share of all steps that is done, 0 to 1.
  /// - Returns: accuracy and loss on the test images.
  /// - Throws: `FineTuningError.stopped`; `TrainerError` where the loss became infinite; what reading images or writing the
  ///   work folder throws.
  public func run(
    isStopping: () -> Bool = { false }, report: (_ fraction: Double) throws -> Void = { _ in }
  ) throws -> Evaluation {
    let checkpoints = CheckpointFolder(workFolder)
    try checkpoints.open()
    let trainer = try trainer(checkpoints)
    func run(isResuming: Bool) throws -> TrainedNetwork {
      try trainer.run(isResuming: isResuming, isStopping: isStopping) { event in
        if case .step(let progress) = event { try report(progress.fraction) }
      }
    }
    do {
      return try judged(run(isResuming: true))
    } catch TrainerError.stopped {
      throw FineTuningError.stopped
    } catch is CheckpointError {
      checkpoints.remove()
      try checkpoints.open()
      return try judged(run(isResuming: false))
    }
  }

  private func judged(_ trained: TrainedNetwork) throws -> Evaluation {
    guard let test = trained.test else {
      throw DataSetError.noImages(place: "the comparison with training from nothing")
    }
    return test
  }

  private func trainer(_ checkpoints: CheckpointFolder) throws -> Trainer {
    func source(_ indices: [Int], _ purpose: LoaderPurpose) -> DataSetSource {
      DataSetSource(
        DataSubset(of: dataSet, indices: indices, name: dataSet.name), purpose, preprocessing: model.preprocessing,
        augmentation: purpose == .training ? settings.augmentation : .none, seed: seed, threadCount: pool.threadCount)
    }
    let places = [training, test].map { $0.map(String.init).joined(separator: ",") }
    return try Trainer(
      settings, network: model.network,
      data: TrainingData(
        classes: model.labels, training: source(training, .training), validation: nil,
        test: source(test, .evaluation), fingerprint: Fingerprint.digest([fingerprint] + places), origin: dataSet.name),
      build: build, kernels: kernels, checkpoints: checkpoints, choices: AlgorithmChoices(measures: false), pool: pool)
  }

  /// Small steps of small batches, and as many different pictures as can be made of few images.
  private var settings: TrainingSettings {
    TrainingSettings(
      architecture: model.network.name, input: model.network.inputShape.dimensions, preprocessing: model.preprocessing,
      validation: .count(0), epochs: epochs, batchSize: min(16, training.count),
      optimizer: OptimizerSettings(.adamw, weightDecay: 0.05, gradientClipping: 1), learningRate: 1e-3,
      schedule: .cosine(CosineSchedule()), warmUp: 2, labelSmoothing: 0.1, classWeights: .none,
      augmentation: Augmentation(
        resizedCrop: RandomResizedCrop(scale: 0.35...1), flip: .random(probability: 0.5)),
      initialization: .recommended(for: model.network), average: .none, earlyStopping: nil, seed: seed)
  }
}

extension TrainingProgress {
  fileprivate var fraction: Double {
    (Double(epoch - 1) + Double(step) / Double(max(steps, 1))) / Double(max(epochs, 1))
  }
}
