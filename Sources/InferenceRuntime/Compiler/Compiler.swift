import CIntrinsics
import NetworkGraph

/// Turns a network and its weights into a plan that runs.
public enum Compiler {
  /// A pure function from one form of a network to another that computes the same.
  typealias Pass = @Sendable (LoweredNetwork) -> LoweredNetwork

  /// The passes between lowering and memory planning, in order.
  static func passes(for engine: Engine) -> [Pass] {
    let common: [Pass] = [removeIdentities, foldBatchNormalization, fuseActivations]
    guard case .tiled(let processor) = engine else { return common }
    let kernels = processor.kernels
    return common + [
      { fuseResiduals($0, kernels: kernels) }, { fuseActivations($0) }, { assignLayouts($0, kernels: kernels) },
    ]
  }

  /// - Parameter pool: threads to measure on where `options` ask for it; by default as many of its own as needed.
  /// - Throws: `ShapeError`, or `WeightMismatch` where the weights are not exactly those that the network needs.
  public static func compile(
    _ network: Network, weights: Weights, options: CompilerOptions = CompilerOptions(), pool: WorkerPool? = nil
  ) throws -> ExecutionPlan {
    precondition(options.maximumBatch >= 1 && options.threadCount >= 1, "batch and threads are at least 1")
    try network.validate(weights)
    let shapes = try network.inferShapes()
    let lowered = passes(for: options.engine).reduce(lowerOperators(network, shapes: shapes, weights: weights)) {
      $1($0)
    }
    let pool = pool ?? WorkerPool(threadCount: options.threadCount)
    let plan = ExecutionPlan(
      name: network.name, lowered: lowered, memory: planMemory(lowered),
      outputShape: shapes.output, options: options, pool: pool)
    // As much as all weights: the passes made copies of them.
    defer { convserve_return_freed_memory() }
    return plan
  }
}
