import Foundation
import InferenceRuntime
import ModelServing
import Training

/// Runs one trial, or goes on with it from its checkpoint, up to where it is to pause.
///
/// The test images are not looked at. What a trial gives follows from its file, its data and the program alone: not from the
/// number of threads, nor from where it was interrupted, nor from the machine, as long as that has the same kernels. So algorithms
/// are chosen by counting, not by timing.
public struct TrialRun {
  public let plan: TrialPlan
  /// Names the program that computes.
  public let build: String
  public let kernels: ProcessorKernels
  public let pool: WorkerPool

  public init(_ plan: TrialPlan, build: String, kernels: ProcessorKernels, pool: WorkerPool) {
    (self.plan, self.build, self.kernels, self.pool) = (plan, build, kernels, pool)
  }

  /// - Parameters:
  ///   - isStopping: asked after each step.
  ///   - report: is told what happens, on the calling thread.
  /// - Throws: `TrainerError.stopped`; `CheckpointError`; what data and files throw.
  public func run(
    isStopping: () -> Bool = { false }, report: (TrialEvent) throws -> Void,
    unreadable: (UnreadableImage) -> Void = { _ in }
  ) throws {
    let checkpoints = try openedCheckpoints()
    let trainer = try trainer(checkpoints)
    var curve = try trainer.keptCurve()
    try report(
      .started(
        done: curve.count, epochs: plan.settings.epochs, trainingImages: trainer.data.training.sampleCount,
        validationImages: trainer.data.validation?.sampleCount ?? 0))
    if !curve.isEmpty { try write(curve) }
    guard curve.count < plan.lastEpoch else { return try report(end(curve, trainer)) }
    do {
      _ = try trainer.run(isResuming: true, isStopping: isStopping) { event in
        switch event {
        case .epoch(let record):
          curve.append(record)
          try write(curve)
          try report(.epoch(record))
          // The checkpoint of this epoch is written already.
          if record.epoch >= plan.lastEpoch, record.epoch < plan.settings.epochs { throw Pause() }
        case .unreadable(let image): unreadable(image)
        case .step, .untested, .checkpoint, .done: break
        }
      }
      try report(end(curve, trainer))
    } catch is Pause {
      try report(end(curve, trainer))
    } catch let error as TrainerError {
      guard let epoch = error.divergedEpoch else { throw error }
      // Equal trials say the same, wherever their folders are.
      let message = folder.map { "\(error)".replacing($0.path + "/", with: "") } ?? "\(error)"
      try report(.diverged(epoch: epoch, message: message))
    }
  }

  /// Ends the trainer's run where the trial is to pause.
  private struct Pause: Error {}

  // MARK: Parts

  private var folder: URL? { plan.spec.directory.map { URL(fileURLWithPath: $0, isDirectory: true) } }

  /// Of a search that was killed the processes need a moment to end; until then they hold the folder.
  private static let patience: Duration = .seconds(10)

  private func openedCheckpoints() throws -> CheckpointFolder? {
    guard let checkpoints = folder.map({ CheckpointFolder($0) }) else { return nil }
    let end = ContinuousClock.now + Self.patience
    while true {
      do {
        try checkpoints.open()
        return checkpoints
      } catch CheckpointError.inUse where ContinuousClock.now < end {
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
  }

  private func write(_ curve: [EpochRecord]) throws {
    guard let folder else { return }
    try TrialCurve(settings: plan.settings, curve: curve).write(to: folder)
  }

  /// - Parameter origin: what the data are called in a record of the trial.
  private func trainer(_ checkpoints: CheckpointFolder?, origin: String? = nil) throws -> Trainer {
    var source = plan.source
    source.test = nil
    let data = try TrainingData(
      source, plan.settings, origin: origin ?? plan.spec.data, threadCount: pool.threadCount)
    return try Trainer(
      plan.settings, network: plan.network, data: data, build: build, kernels: kernels, checkpoints: checkpoints,
      start: plan.start, choices: AlgorithmChoices(measures: false), pool: pool)
  }

  /// Whether the trial is over or pauses, with what its weights are worth then: those of the best epoch where it stops early.
  private func end(_ curve: [EpochRecord], _ trainer: Trainer) throws -> TrialEvent {
    let isOver = curve.count >= plan.settings.epochs || curve.count < plan.lastEpoch
    let kept = isOver && plan.settings.earlyStopping != nil ? Self.best(of: curve) : curve.last
    guard let kept, let accuracy = kept.validationAccuracy, let loss = kept.validationLoss else {
      throw DataSetError.noImages(place: "validation")
    }
    let metric = TrialMetric(epochs: curve.count, accuracy: accuracy, loss: loss)
    return isOver ? .done(metric) : .paused(metric)
  }

  /// The first with the lowest validation loss, as the trainer keeps it.
  private static func best(of curve: [EpochRecord]) -> EpochRecord? {
    curve.reduce(nil as EpochRecord?) { best, record in
      guard let loss = best?.validationLoss else { return record }
      return (record.validationLoss ?? .infinity) < loss ? record : best
    }
  }
}

extension TrialRun {
  /// The network of the trial's checkpoint.
  ///
  /// - Parameter readsTest: whether it is judged by the test images, where the data have some. A search asks for that once, of
  ///   its best trial.
  /// - Returns: nothing where the trial has no checkpoint.
  public func keptNetwork(readsTest: Bool = false) throws -> TrainedNetwork? {
    guard let checkpoints = try openedCheckpoints() else { return nil }
    let trainer = try trainer(checkpoints)
    return try trainer.keptNetwork(judgedBy: readsTest ? test : nil)
  }

  private var test: (any BatchSource)? {
    plan.source.test.map {
      DataSetSource($0, .evaluation, preprocessing: plan.settings.preprocessing, threadCount: pool.threadCount)
    }
  }

  /// Adds a network of this trial to a repository; the checkpoint stays.
  ///
  /// - Parameter origin: what the data are called.
  /// - Throws: `TrainedModelError`, `ModelRepositoryError`, `UnwritableFile`.
  public func publish(
    _ trained: TrainedNetwork, as name: String, in repository: ModelRepository, origin: String
  ) throws -> TrainedVersion {
    let source = "the best trial of a search on \(origin); \(TrainedModel.recordFileName) says how it was trained"
    return try trainer(nil, origin: origin).publish(trained, as: name, in: repository, source: source)
  }
}

extension TrainerError {
  /// The epoch in which a run diverged; nothing where it ended otherwise.
  fileprivate var divergedEpoch: Int? {
    switch self {
    case .diverged(_, let epoch, _, _, _), .weightsDiverged(_, let epoch, _, _): epoch
    case .classWeights, .classes, .input, .preprocessing, .stopped: nil
    }
  }
}
