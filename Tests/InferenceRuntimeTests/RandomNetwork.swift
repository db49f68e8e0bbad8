import NetworkGraph

/// Networks in which layers of every kind meet in random ways: chains, branches, sums, products and concatenations.
enum RandomNetwork {
  /// Of one layer: plain loops in double precision take some milliseconds.
  private static let mostMultiplyAccumulates = 1_000_000

  static func make(seed: UInt64) throws -> Network {
    var generator = SeededGenerator(seed: seed)
    let input = TensorShape(
      channels: .random(in: 1...20, using: &generator), height: .random(in: 4...24, using: &generator),
      width: .random(in: 4...24, using: &generator))
    var net = NetworkBuilder()
    var values = [(name: Network.inputName, shape: input)]
    let count = Int.random(in: 3...10, using: &generator)
    while net.nodes.count < count {
      var candidate = net
      let name = append(to: &candidate, values, &generator)
      guard let network = try? candidate.network(name: "random-\(seed)", inputShape: input),
        let shape = try? network.inferShapes().layers.last, isSmall(network.nodes.last!, shape),
        RandomProblem.seesValues(network.nodes.last!.operator, shape)
      else { continue }
      net = candidate
      values.append((name, shape.output))
    }
    return try net.network(name: "random-\(seed)", inputShape: input)
  }

  private static func isSmall(_ node: Node, _ shapes: LayerShapes) -> Bool {
    guard case .convolution(let convolution) = node.operator else { return true }
    return convolution.multiplyAccumulates(inputs: shapes.inputs, output: shapes.output) <= mostMultiplyAccumulates
  }

  /// One more layer, most often behind the last value. It may turn out to be impossible.
  private static func append(
    to net: inout NetworkBuilder, _ values: [(name: String, shape: TensorShape)], _ generator: inout SeededGenerator
  ) -> String {
    let name = "layer\(net.nodes.count)"
    let source = Bool.random(using: &generator) ? values.last! : values.randomElement(using: &generator)!
    let alike = values.filter { $0.shape == source.shape && $0.name != source.name }.map(\.name)
    let joinable = values.filter { $0.shape.spatial == source.shape.spatial && $0.shape.isFeatureMap }.map(\.name)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...1 where !alike.isEmpty:
      return net.append(name, .add(Add()), inputs: [source.name, alike.randomElement(using: &generator)!])
    case 2 where !alike.isEmpty:
      return net.append(name, .multiply(Multiply()), inputs: [source.name, alike.randomElement(using: &generator)!])
    case 3 where joinable.count > 1:
      return net.append(
        name, .concatenate(Concatenate()), inputs: joinable.suffix(.random(in: 2...4, using: &generator)))
    default:
      let kind = RandomLayer.allCases.filter { $0 != .multiply }.randomElement(using: &generator)!
      let groups = [1, 1, 2, 3].filter { source.shape.channels % $0 == 0 }.randomElement(using: &generator)!
      let layer = RandomProblem.layer(kind, channels: source.shape.channels, groups: groups, &generator)
      return net.append(name, layer, inputs: [source.name])
    }
  }
}
