import Foundation
import InferenceRuntime

extension Trainer {
  /// Steps of one epoch: batches that are not full are left out.
  private var stepsOfEpoch: Int { data.training.sampleCount / settings.batchSize }

  private var span: ScheduleSpan {
    let steps = Double(stepsOfEpoch)
    return ScheduleSpan(totalSteps: steps * Double(settings.epochs), warmUpSteps: (steps * settings.warmUp).rounded())
  }

  /// Trains one epoch and validates.
  func epoch(
    _ state: TrainingState, _ engine: any GradientEngine, _ isStopping: () -> Bool,
    _ report: (TrainingEvent) throws -> Void
  ) throws -> EpochRecord {
    let done = state.curve.count
    var sums = EpochSums(epoch: done + 1, epochs: settings.epochs, steps: stepsOfEpoch)
    let clock = ContinuousClock()
    let start = clock.now
    try data.training.forEachBatch(epoch: done, batchSize: settings.batchSize, dropsLast: true) { batch in
      let rate = try step(state, engine, batch, epoch: done + 1, &sums)
      try report(.step(sums.progress(rate: rate, after: clock.now - start)))
      if isStopping() {
        throw TrainerError.stopped(epochs: done, of: settings.epochs, checkpoint: checkpointPath(done))
      }
    }
    let progress = sums.progress(rate: sums.rate, after: clock.now - start)
    if let tensor = state.firstDivergedTensor() {
      throw TrainerError.weightsDiverged(
        tensor: tensor, epoch: done + 1, rate: sums.rate, checkpoint: checkpointPath(done))
    }
    state.average.takeEpoch(state.store, remaining: settings.epochs - done - 1, pool)
    let validation = try data.validation.map { source in
      try Evaluator(network: network, kernels: kernels, pool: pool).evaluate(state.averagedWeights(), on: source)
    }
    if let validation, !validation.loss.isFinite {
      throw TrainerError.weightsDiverged(
        tensor: "the network's outputs", epoch: done + 1, rate: sums.rate, checkpoint: checkpointPath(done))
    }
    return EpochRecord(
      epoch: done + 1, trainLoss: progress.loss, trainAccuracy: progress.accuracy, validationLoss: validation?.loss,
      validationAccuracy: validation?.accuracy, learningRate: sums.rate, imagesPerSecond: progress.imagesPerSecond)
  }

  /// Forward, backward, update.
  ///
  /// - Returns: the learning rate of the step.
  private func step(
    _ state: TrainingState, _ engine: any GradientEngine, _ batch: TrainingBatch, epoch: Int, _ sums: inout EpochSums
  ) throws -> Double {
    let step = state.optimizer.stepCount
    let rate = settings.learningRate * settings.schedule.factor(at: Double(step), of: span)
    let result = engine.computeGradients(batch, step: step)
    guard result.loss.isFinite else {
      throw TrainerError.diverged(
        step: step + 1, epoch: epoch, loss: result.loss, rate: rate, checkpoint: checkpointPath(epoch - 1))
    }
    state.optimizer.update(state.store, rate: rate, pool: pool)
    state.average.takeStep(state.store, pool)
    sums.add(result, rate: rate)
    return rate
  }

  private func checkpointPath(_ epochs: Int) -> String? { epochs > 0 ? checkpoints?.file.path : nil }
}

/// The sums over the batches of an epoch.
private struct EpochSums {
  let epoch: Int
  let epochs: Int
  let steps: Int
  private(set) var rate = 0.0
  private var step = 0
  private var samples = 0
  private var correct = 0
  private var loss = 0.0

  init(epoch: Int, epochs: Int, steps: Int) {
    self.epoch = epoch
    self.epochs = epochs
    self.steps = steps
  }

  mutating func add(_ result: BatchResult, rate: Double) {
    self.rate = rate
    step += 1
    samples += result.samples
    correct += result.correct
    loss += result.loss * Double(result.samples)
  }

  func progress(rate: Double, after time: Duration) -> TrainingProgress {
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    return TrainingProgress(
      epoch: epoch, epochs: epochs, step: step, steps: steps, loss: loss / Double(max(samples, 1)),
      accuracy: Double(correct) / Double(max(samples, 1)), learningRate: rate,
      imagesPerSecond: seconds > 0 ? Double(samples) / seconds : 0)
  }
}
