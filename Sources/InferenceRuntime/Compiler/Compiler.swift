import CIntrinsics
import KernelTemplates
import NetworkGraph

/// Turns a network and its weights into an `ExecutionPlan`.
public enum Compiler {
  /// A pure function from one form of a network to another that computes the same.
  typealias Pass = @Sendable (LoweredNetwork) -> LoweredNetwork

  /// The passes between lowering and memory planning, in order.
  ///
  /// - Parameter kernels: those on maps in blocks; `nil` for row-major maps alone.
  static func passes(for kernels: KernelSet?) -> [Pass] {
    let common: [Pass] = [removeIdentities, foldBatchNormalization, fuseActivations]
    guard let kernels else { return common }
    return common + [
      { mergeGroups($0, kernels: kernels) }, { fuseResiduals($0, kernels: kernels) }, { fuseActivations($0) },
      { assignLayouts($0, kernels: kernels) },
    ]
  }

  /// Compiles a network: lowers each node with its weights, runs the passes, plans the memory, chooses an algorithm
  /// for each convolution and packs the weights.
  ///
  /// The plan holds packed copies of the weights, so the caller may let `weights` go. With
  /// `AlgorithmSelection.measured`, each shape of convolution that the cache does not know is timed, which can take
  /// seconds for a large network.
  ///
  /// - Parameters:
  ///   - network: the network to run. Its output can be any shape.
  ///   - weights: every tensor of the network by name, and no others, row-major.
  ///   - options: largest batch, threads, engine and choice of algorithms.
  ///   - pool: the threads that measure algorithms and pack weights. By default the compiler starts a pool of
  ///     `options.threadCount` threads, which ends when compiling ends.
  /// - Returns: a plan that any number of instances can run.
  /// - Throws: `ShapeError` if the shapes of the network's layers do not fit one another. `WeightMismatch` if a
  ///   tensor is missing, surplus or of another shape. `AlgorithmError` if `options` name an unknown algorithm, or an
  ///   algorithm that does not apply.
  /// - Precondition: `options.maximumBatch` and `options.threadCount` are at least 1.
  public static func compile(
    _ network: Network, weights: Weights, options: CompilerOptions = CompilerOptions(), pool: WorkerPool? = nil
  ) throws -> ExecutionPlan {
    precondition(options.maximumBatch >= 1 && options.threadCount >= 1, "batch and threads are at least 1")
    try network.validate(weights)
    let shapes = try network.inferShapes()
    let pool = pool ?? WorkerPool(threadCount: options.threadCount)
    let lowered = passes(for: options.kernels).reduce(lowerOperators(network, shapes: shapes, weights: weights)) {
      $1($0)
    }
    let memory = planMemory(lowered)
    let complete = try chosen(lowered, memory, options, pool)
    if case .preferred(let name) = options.selection { try requireUse(of: name, in: complete, network, options) }
    let plan = ExecutionPlan(
      name: network.name, lowered: complete, memory: memory, outputShape: shapes.output, options: options, pool: pool)
    // As much as all weights: the passes made copies of them.
    defer { convserve_return_freed_memory() }
    return plan
  }

  /// The network with an algorithm for each convolution, chosen by the cost model that the options name.
  static func chosen(
    _ network: LoweredNetwork, _ memory: MemoryPlan, _ options: CompilerOptions, _ pool: WorkerPool
  ) throws(AlgorithmError) -> LoweredNetwork {
    guard let kernels = options.kernels else {
      if let name = options.selection.algorithm { throw .noChoice(algorithm: name, engine: options.engine.name) }
      return network
    }
    let costs = try costs(options, kernels, pool)
    // Times hold for threads as they will run.
    return try pool.withPinnedCaller { () throws(AlgorithmError) in
      try chooseAlgorithms(network, memory: memory, maximumBatch: options.maximumBatch, costs: costs)
    }
  }

  private static func requireUse(
    of name: String, in lowered: LoweredNetwork, _ network: Network, _ options: CompilerOptions
  ) throws(AlgorithmError) {
    if lowered.layers.contains(where: { $0.algorithm?.algorithm.name == name }) { return }
    let reasons = lowered.layers.lazy.compactMap { layer -> String? in
      guard case .convolution(let convolution) = layer.operation, layer.algorithm != nil, let kernels = options.kernels
      else { return nil }
      let problem = ConvolutionProblem(layer, convolution, maximumBatch: options.maximumBatch)
      return ConvolutionAlgorithms.named(name)?.obstacle(to: problem, on: kernels)
    }
    throw .appliesNowhere(algorithm: name, network: network.name, reason: reasons.first)
  }

  private static func costs(
    _ options: CompilerOptions, _ kernels: KernelSet, _ pool: WorkerPool
  ) throws(AlgorithmError) -> any AlgorithmCosts {
    let estimated = EstimatedCosts(kernels: kernels, threadCount: options.threadCount)
    switch options.selection {
    case .estimated: return estimated
    case .measured(let cache):
      return MeasuredCosts(
        cache: cache, kernels: kernels, maximumBatch: options.maximumBatch, threadCount: options.threadCount,
        pool: pool)
    case .fixed(let name):
      return try FixedCosts(name, others: nil, kernels: kernels, threadCount: options.threadCount)
    case .preferred(let name):
      return try FixedCosts(name, others: estimated, kernels: kernels, threadCount: options.threadCount)
    }
  }
}
