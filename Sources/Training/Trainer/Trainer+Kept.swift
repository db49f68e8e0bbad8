import Foundation
import NetworkGraph

extension Trainer {
  /// The epochs that the checkpoint holds; none where there is no checkpoint.
  ///
  /// - Throws: `CheckpointError` where it belongs to another run, or is damaged.
  public func keptCurve() throws -> [EpochRecord] {
    try keptCheckpoint(isResuming: true)?.progress.curve ?? []
  }

  /// How well the weights that a run has come to classify images, without going on with it.
  ///
  /// - Returns: nothing where there is no checkpoint.
  /// - Throws: `CheckpointError`, and what the source throws.
  public func evaluateCheckpoint(on source: any BatchSource) throws -> Evaluation? {
    guard let checkpoints, let kept = try keptCheckpoint(isResuming: true) else { return nil }
    let store = try ParameterStore(network, weights: kept.weights)
    let state = TrainingState(run: kept.progress.run, store: store, settings: settings, frozen: frozen)
    guard state.restore(kept) else {
      throw CheckpointError.damaged(path: checkpoints.file.path, reason: "its tensors do not fit the network")
    }
    return try Evaluator(network: network, kernels: kernels, pool: pool).evaluate(state.finalWeights(), on: source)
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
