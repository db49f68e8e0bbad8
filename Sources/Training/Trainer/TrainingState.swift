import InferenceRuntime
import NetworkGraph

/// All that changes while a run goes on, and what its checkpoints are made of.
final class TrainingState {
  let run: String
  let store: ParameterStore
  let optimizer: OptimizerState
  let average: WeightAverage
  var curve: [EpochRecord] = []
  private(set) var bestEpoch: Int?
  private var best: Weights = [:]

  init(run: String, store: ParameterStore, settings: TrainingSettings, frozen: Set<String>) {
    self.run = run
    self.store = store
    optimizer = OptimizerState(settings.optimizer, for: store, frozen: frozen)
    average = WeightAverage(settings.average, for: store)
  }

  /// The weights to validate and publish: the average if there is one, or else the present weights.
  func averagedWeights() -> Weights {
    store.weights(in: average.values(of: store))
  }

  /// The weights that a run ends with. With early stopping these are the weights of the best epoch.
  func finalWeights() -> Weights {
    bestEpoch == nil ? averagedWeights() : best
  }

  /// Keeps the weights of the epoch that was added to the curve last, if no epoch before had a lower validation loss.
  func keepIfBest() {
    let losses = curve.compactMap(\.validationLoss)
    guard let last = losses.last, losses.dropLast().allSatisfy({ last < $0 }) else { return }
    bestEpoch = curve.count
    best = averagedWeights()
  }

  /// The first learned tensor with a value that is infinite or not a number.
  func firstDivergedTensor() -> String? {
    store.parameters.first { parameter in
      !UnsafeBufferPointer(rebasing: UnsafeBufferPointer(start: store.values, count: store.count)[parameter.range])
        .allSatisfy(\.isFinite)
    }?.name
  }

  func checkpoint(identity: RunIdentity, algorithms: [String: String]) -> Checkpoint {
    Checkpoint(
      progress: .init(
        run: run, identity: identity, steps: optimizer.stepCount, averaged: average.count, curve: curve,
        algorithms: algorithms, bestEpoch: bestEpoch),
      weights: store.weights(), optimizer: optimizer.vectors, average: average.vector, best: best)
  }

  /// Goes on where a checkpoint stands.
  ///
  /// - Returns: false where its tensors do not fit.
  func restore(_ checkpoint: Checkpoint) -> Bool {
    guard checkpoint.weights.mapValues(\.shape) == store.weights().mapValues(\.shape),
      optimizer.restore(vectors: checkpoint.optimizer, stepCount: checkpoint.progress.steps),
      average.restore(vector: checkpoint.average, count: checkpoint.progress.averaged)
    else { return false }
    store.load(checkpoint.weights)
    curve = checkpoint.progress.curve
    bestEpoch = checkpoint.progress.bestEpoch
    best = checkpoint.best.mapValues { WeightTensor(shape: $0.shape, values: $0.values) }
    return bestEpoch == nil || !best.isEmpty
  }
}

extension ParameterStore {
  /// A copy of all tensors from memory that is laid out as `values` is.
  func weights(in memory: UnsafePointer<Float>) -> Weights {
    Dictionary(
      uniqueKeysWithValues: parameters.map {
        let values = Array(UnsafeBufferPointer(start: memory + $0.range.lowerBound, count: $0.range.count))
        return ($0.name, WeightTensor(shape: $0.shape, values: values))
      })
  }
}
