import InferenceRuntime
import NetworkGraph

/// The measured times of a served model's layers: one blank image at a time on one thread. Each layer has the fastest
/// of five runs.
public struct LayerTimes: Hashable, Sendable {
  /// Milliseconds by the name of the layer that a plan step counts for. A layer that is fused into another layer has
  /// no entry; its time is part of the other layer's time.
  public let milliseconds: [String: Double]

  /// The sum over all layers, in milliseconds.
  public var total: Double { milliseconds.values.reduce(0, +) }

  /// Images that one thread computes in a second, one after the other: 1,000 divided by `total`. It is 0 if nothing
  /// was measured.
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

  /// The layer that each plan step counts for: the convolution or fully connected layer among the layers that it
  /// computes, or else the layer that it is named after. A step that only rearranges memory counts for the layer of
  /// the step before it.
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
