import InferenceRuntime
import NetworkGraph
import Training

/// A network that learns step by step, without epochs and validation, and begins anew as often as is wanted.
///
/// Nothing regularises but the weight decay that is asked for: no label smoothing, no dropout.
final class StepRun {
  let store: ParameterStore
  private let plan: TrainingPlan
  private let pool: WorkerPool
  private var optimizer: OptimizerState
  private var steps = 0

  /// - Throws: what making the plan throws.
  init(_ bench: TuningBench, batchSize: Int, weights: Weights, optimizer: OptimizerSettings, seed: UInt64) throws {
    let network = try bench.network.withoutDropout()
    store = try ParameterStore(network, weights: weights)
    plan = try TrainingPlan(
      network, parameters: store,
      options: TrainingOptions(maximumBatch: batchSize, kernels: bench.kernels, seed: seed), choices: bench.choices,
      pool: bench.pool)
    pool = bench.pool
    self.optimizer = OptimizerState(optimizer, for: store)
  }

  /// Begins anew.
  func restart(_ weights: Weights, _ settings: OptimizerSettings) {
    store.load(weights)
    optimizer = OptimizerState(settings, for: store)
    steps = 0
  }

  /// Forward and backward; nothing is learned.
  func look(_ batch: TrainingBatch) -> BatchResult { plan.computeGradients(batch, step: steps) }

  func learn(_ batch: TrainingBatch, rate: Double) -> BatchResult {
    let result = plan.computeGradients(batch, step: steps)
    guard result.loss.isFinite else { return result }
    optimizer.update(store, rate: rate, pool: pool)
    steps += 1
    return result
  }

  /// Of tensors that weigh inputs: how many there are, and how many have no gradient at all after the last batch, so that no
  /// rate would change them.
  var silence: (tensors: Int, silent: Int) {
    let weights = store.parameters.filter { $0.role == .weight && Self.weighs.contains($0.operatorName) }
    let silent = weights.count { parameter in
      UnsafeBufferPointer(
        rebasing: UnsafeBufferPointer(start: store.gradients, count: store.learnedCount)[parameter.range]
      )
      .allSatisfy { $0 == 0 }
    }
    return (weights.count, silent)
  }

  private static let weighs: Set = ["convolution", "fully_connected"]
}

extension Network {
  /// The same with dropout that drops nothing.
  func withoutDropout() throws -> Network {
    guard nodes.contains(where: { if case .dropout = $0.operator { true } else { false } }) else { return self }
    let kept = nodes.map { node in
      guard case .dropout = node.operator else { return node }
      return Node(node.name, .dropout(Dropout(probability: 0)), inputs: node.inputs, parameters: node.parameters)
    }
    return try Network(name: name, inputShape: inputShape, nodes: kept, outputName: outputName)
  }
}

extension Weights {
  /// Whether each tensor that weighs inputs holds one value alone, so that all units of a layer are the same.
  func areUniform(in store: ParameterStore) -> Bool {
    store.parameters.filter { $0.role == .weight && $0.operatorName != "batch_normalization" && $0.shape.count > 1 }
      .allSatisfy { parameter in
        let values = self[parameter.name]?.values ?? []
        return values.allSatisfy { $0 == values[0] }
      }
  }
}
