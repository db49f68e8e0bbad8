import NetworkGraph

/// How a network is to run.
public struct CompilerOptions: Hashable, Sendable {
  /// Most samples that one run takes; memory is planned for it.
  public var maximumBatch: Int
  /// Threads for which work is split.
  public var threadCount: Int

  public init(maximumBatch: Int = 8, threadCount: Int = 2) {
    self.maximumBatch = maximumBatch
    self.threadCount = threadCount
  }
}

/// Turns a network and its weights into a plan that runs.
public enum Compiler {
  /// The passes between lowering and memory planning, in order. Each is a pure function.
  static let passes: [(name: String, transform: @Sendable (LoweredNetwork) -> LoweredNetwork)] = [
    ("remove identities", removeIdentities),
    ("fold batch normalisation", foldBatchNormalization),
    ("fuse activations", fuseActivations),
  ]

  /// - Throws: `ShapeError`, or `WeightMismatch` where the weights are not exactly those that the network needs.
  public static func compile(
    _ network: Network, weights: Weights, options: CompilerOptions = CompilerOptions()
  ) throws -> ExecutionPlan {
    try compile(network, weights: weights, options: options, passCount: passes.count)
  }

  /// As above with only the first `passCount` passes, to find the one that changes an answer.
  static func compile(
    _ network: Network, weights: Weights, options: CompilerOptions, passCount: Int
  ) throws -> ExecutionPlan {
    precondition(options.maximumBatch >= 1 && options.threadCount >= 1, "batch and threads are at least 1")
    try network.validate(weights)
    let shapes = try network.inferShapes()
    let lowered = passes.prefix(passCount).reduce(lowerOperators(network, shapes: shapes, weights: weights)) {
      $1.transform($0)
    }
    return ExecutionPlan(
      name: network.name, lowered: lowered, memory: planMemory(lowered, maximumBatch: options.maximumBatch),
      inputShape: shapes.input, outputShape: shapes.output, options: options)
  }
}
