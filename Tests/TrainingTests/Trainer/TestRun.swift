import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport

@testable import Training

/// A run of `SoftmaxRegression` on blobs, in a repository of its own.
struct TestRun {
  let folder: TemporaryFolder
  var settings: TrainingSettings
  var data: TrainingData
  var build = "convserve test"
  var failingStep: Int?
  var algorithms: [String: String] = [:]
  var threads = 1
  var start: TrainingStart?
  let test: BlobSource

  init(epochs: Int = 4) throws {
    folder = try TemporaryFolder()
    settings = TrainingSettings(
      architecture: "lenet5", input: BlobSource.shape,
      preprocessing: try Preprocessing(
        resize: .stretch(PixelSize(width: 4, height: 2)), crop: .none, channelOrder: .grey, scale: 1, mean: [0],
        std: [1]),
      validation: .count(30), epochs: epochs, batchSize: 16,
      optimizer: OptimizerSettings(.nesterov, momentum: 0.9, weightDecay: 1e-3, gradientClipping: 1),
      learningRate: 0.1, schedule: .oneCycle(OneCycleSchedule()), warmUp: 0, labelSmoothing: 0, classWeights: .none,
      augmentation: .none, initialization: Initialization(.xavier(.uniform)), average: .exponential(decay: 0.9),
      earlyStopping: nil, seed: 7)
    test = BlobSource(classCounts: [20, 20, 20], seed: 3)
    data = TrainingData(
      classes: ["a", "b", "<c>"].map { ClassLabel(name: $0) },
      training: BlobSource(classCounts: [40, 50, 60], seed: 1),
      validation: BlobSource(classCounts: [10, 10, 10], seed: 2), test: test, fingerprint: "0123456789abcdef",
      origin: "blobs")
  }

  var checkpoints: CheckpointFolder { CheckpointFolder(models: folder.url, name: "blobs") }

  func trainer(_ checkpoints: CheckpointFolder?) throws -> Trainer {
    let network = try SoftmaxRegression.network(classes: 3)
    return Trainer(
      settings, network: network, data: data, build: build, kernels: .portable, checkpoints: checkpoints,
      start: start, pool: WorkerPool(threadCount: threads)
    ) { store, _ in SoftmaxRegression(store, failingStep: failingStep, algorithms: algorithms) }
  }

  /// Trains; the run is stopped after so many steps, where that is asked for.
  @discardableResult
  func run(isResuming: Bool = false, stoppingAfter steps: Int? = nil, events: ((TrainingEvent) -> Void)? = nil) throws
    -> TrainedNetwork
  {
    let checkpoints = checkpoints
    try checkpoints.open()
    var made = 0
    return try trainer(checkpoints).run(
      isResuming: isResuming, isStopping: { made == steps },
      report: { event in
        if case .step = event { made += 1 }
        events?(event)
      })
  }
}
