import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// Trains an architecture from random weights on photos, with settings that suit few of them.
struct ScratchTraining {
  let network: Network
  let architecture: String
  let preprocessing: Preprocessing
  let dataSet: any DataSet
  let settings: ScratchSettings
  let seed: UInt64
  let build: String
  let kernels: ProcessorKernels
  let pool: WorkerPool

  /// - Throws: what `Trainer` throws.
  func weights(_ images: [Int], isStopping: () -> Bool) throws -> Weights {
    let part = DataSubset(of: dataSet, indices: images, name: dataSet.name)
    let chosen = try trainingSettings(images.count)
    let data = TrainingData(
      classes: dataSet.classes,
      training: DataSetSource(
        part, .training, preprocessing: chosen.preprocessing, augmentation: chosen.augmentation, seed: seed,
        threadCount: pool.threadCount),
      validation: nil, test: nil, fingerprint: try part.fingerprint(), origin: dataSet.name)
    let trainer = try Trainer(
      chosen, network: network, data: data, build: build, kernels: kernels, checkpoints: nil,
      choices: AlgorithmChoices(measures: false), pool: pool)
    return try trainer.run(isStopping: isStopping).weights
  }

  private func trainingSettings(_ count: Int) throws -> TrainingSettings {
    let isPhotograph = preprocessing.channels == 3 && preprocessing.inputSize.height >= 64
    return TrainingSettings(
      architecture: architecture, input: network.inputShape.dimensions, preprocessing: preprocessing,
      validation: .count(0), epochs: settings.epochs(images: count), batchSize: min(settings.batchSize, count),
      optimizer: OptimizerSettings(
        .adamw, momentum: 0, weightDecay: 0.01, decaysBiasAndNormalization: false, gradientClipping: nil),
      learningRate: 0.001, schedule: .oneCycle(OneCycleSchedule()), warmUp: 0, labelSmoothing: 0.1, classWeights: .none,
      augmentation: try Augmentation(list: isPhotograph ? "resized-crop,flip" : "shift:2"),
      initialization: .recommended(for: network), average: .none, earlyStopping: nil, seed: seed)
  }
}
