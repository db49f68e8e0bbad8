import InferenceRuntime
import NetworkGraph

/// How long the layers of a served model take: one blank image at a time on one thread, each layer the fastest of five
/// runs.
public struct LayerTimes: Hashable, Sendable {
  /// By the name of the layer that a step of the plan is counted for: what is fused into it has no time of its own.
  public let milliseconds: [String: Double]

  /// All layers together.
  public var total: Double { milliseconds.values.reduce(0, +) }

  /// Images in a second, one after the other on one thread.
  public var imagesPerSecond: Double { total > 0 ? 1000 / total : 0 }

  private static let runs = 5

  /// Measures on the calling thread, in working memory that is given back.
  ///
  /// - Throws: `ExecutionError`.
  init(of network: Network, plan: ExecutionPlan) throws {
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1), parallelism: .together)
    let sample = [Tensor(shape: plan.inputShape) { $0.update(repeating: 0.5) }]
    // Memory is touched the first time.
    _ = try instance.run(sample)
    let runs = try (0..<Self.runs).map { _ in try instance.profile(sample).map(\.time.milliseconds) }
    let fastest = plan.layers.indices.map { index in runs.map { $0[index] }.min() ?? 0 }
    let owners = Self.owners(of: plan.layers.map(\.name), in: network)
    milliseconds = zip(owners, fastest).reduce(into: [:]) { $0[$1.0, default: 0] += $1.1 }
  }

  /// The layer that each step is counted for: the convolution or fully connected layer among those that it computes, else
  /// the one that it is named after. What only arranges memory anew is counted with the step before it.
  static func owners(of steps: [String], in network: Network) -> [String] {
    let numbers = Dictionary(uniqueKeysWithValues: zip(network.nodes.map(\.name), 1...))
    let made = Set(steps.compactMap { numbers[$0] })
    var owner = network.nodes[0].name
    return steps.map { step in
      guard let value = numbers[step] else { return owner }
      owner = network.nodes[weighted(value, made, network) - 1].name
      return owner
    }
  }

  /// The nearest layer with weights on the ways back from a value, before values that other steps make. A sum that is fused
  /// into a convolution may have it at either side.
  private static func weighted(_ named: Int, _ made: Set<Int>, _ network: Network) -> Int {
    var waiting = [named]
    while let value = waiting.popLast() {
      guard value > 0, value == named || !made.contains(value) else { continue }
      switch network.nodes[value - 1].operator {
      case .convolution, .fullyConnected: return value
      default: waiting += network.wiring.inputs[value - 1].reversed()
      }
    }
    return named
  }
}
