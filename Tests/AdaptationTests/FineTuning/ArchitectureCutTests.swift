import Architectures
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

/// Cuts of the published networks.
@Suite struct ArchitectureCutTests {
  @Test(
    "below a cut and then above it, every network computes what it computes as a whole, wherever it is cut",
    arguments: Architecture.all.map(\.name))
  func symbolic(name: String) throws {
    let network = try Architecture.named(name).network()
    let whole = network.expression(of: 0)
    // Longer vectors are no network's input.
    let lengths = Dictionary(
      uniqueKeysWithValues: zip(network.nodes.map(\.name), try network.inferShapes().layers.map(\.output.channels)))
    let nodes = network.cutNodes.filter { lengths[$0]! <= TensorShape.maximumExtent }
    #expect(nodes.count >= 2)
    // All kinds of places in each network: a step that is no multiple of the layers of a block.
    for place in Swift.stride(from: 0, to: nodes.count, by: max(nodes.count / 17, 1)) {
      let node = nodes[place]
      let cut = try network.cut(behind: node)
      #expect(cut.upper.expression(of: cut.lower.expression(of: 0)) == whole, "\(node)")
      #expect(try cut.upper.inferShapes().output == network.inferShapes().output)
      #expect(Set(try cut.lower.parameters() + cut.upper.parameters()) == Set(try network.parameters()))
    }
  }

  @Test(
    "plans of both parts give what a plan of the whole gives",
    arguments: [
      ("resnet8", [3, 32, 32]), ("resnet20", [3, 32, 32]), ("mobilenet_v2", [3, 64, 64]),
      ("mobilenet_v3_small", [3, 64, 64]), ("shufflenet_v2_x1_0", [3, 64, 64]), ("squeezenet1_1", [3, 64, 64]),
      ("efficientnet-lite0", [3, 64, 64]),
    ])
  func plans(name: String, shape: [Int]) throws {
    let network = try Architecture.named(name).network(inputShape: shape, numClasses: 10)
    let weights = try SeededWeights.make(for: network)
    let input = SeededWeights.input(count: shape.reduce(1, *))
    let whole = try Self.run(network, weights, input)
    let greatest = whole.reduce(0) { max($0, abs($1)) }
    let nodes = network.cutNodes
    for place in [nodes.count / 3, nodes.count / 2, nodes.count * 3 / 4] {
      let cut = try network.cut(behind: nodes[place])
      let parts = try Self.run(cut.upper, weights, Self.run(cut.lower, weights, input))
      for (part, value) in zip(parts, whole) { #expect(abs(part - value) <= 1e-4 * greatest, "\(nodes[place])") }
    }
  }

  private static func run(_ network: Network, _ weights: Weights, _ input: [Float]) throws -> [Float] {
    let names = Set(try network.parameters().map(\.name))
    let plan = try Compiler.compile(network, weights: weights.filter { names.contains($0.key) })
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
    return try instance.run([Tensor(shape: network.inputShape.dimensions, values: input)])[0].values
  }
}

extension Network {
  /// A number for the formula that the network computes of an input, itself a number for a formula: equal formulas of
  /// operators, tensors and values give equal numbers, others do not but by chance.
  fileprivate func expression(of input: Int) -> Int {
    var values = [Network.inputName: input]
    for node in nodes {
      var hasher = Hasher()
      hasher.combine(node.operator)
      for role in ParameterRole.allCases { hasher.combine(node.tensorName(role)) }
      for input in node.inputs { hasher.combine(values[input]!) }
      values[node.name] = hasher.finalize()
    }
    return values[outputName]!
  }
}
