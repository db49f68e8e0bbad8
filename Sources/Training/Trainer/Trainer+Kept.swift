import Foundation
import NetworkGraph

extension Trainer {
  /// The epochs that the checkpoint holds; none where there is no checkpoint.
  ///
  /// - Throws: `CheckpointError` where it belongs to another run, or is damaged.
  public func keptCurve() throws -> [EpochRecord] {
    try keptCheckpoint(isResuming: true)?.progress.curve ?? []
  }

  /// The network that a run has come to, without going on with it.
  ///
  /// - Parameter test: images that it is judged by now, where there are such.
  /// - Returns: nothing where there is no checkpoint.
  /// - Throws: `CheckpointError`, and what the source throws.
  public func keptNetwork(judgedBy test: (any BatchSource)? = nil) throws -> TrainedNetwork? {
    guard let checkpoints, let kept = try keptCheckpoint(isResuming: true) else { return nil }
    let store = try ParameterStore(network, weights: kept.weights)
    let state = TrainingState(run: kept.progress.run, store: store, settings: settings, frozen: frozen)
    guard state.restore(kept) else {
      throw CheckpointError.damaged(path: checkpoints.file.path, reason: "its tensors do not fit the network")
    }
    let weights = state.finalWeights()
    let evaluator = Evaluator(network: network, kernels: kernels, pool: pool)
    return TrainedNetwork(
      weights: weights, run: state.run, curve: state.curve, bestEpoch: state.bestEpoch,
      algorithms: kept.progress.algorithms, test: try test.map { try evaluator.evaluate(weights, on: $0) })
  }

  /// Names of tensors that keep their values.
  var frozen: Set<String> { start?.frozen ?? [] }
}

extension Network {
  /// Of each dropout layer the share of units that it drops, in the order of the layers.
  package var dropoutRates: [Float] {
    nodes.compactMap { node in
      if case .dropout(let dropout) = node.operator { dropout.probability } else { nil }
    }
  }
}
