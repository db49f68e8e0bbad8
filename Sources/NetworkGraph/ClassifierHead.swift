/// The last fully connected layer of a classifier, and the network before it.
public struct ClassifierHead: Hashable, Sendable {
  /// The layer whose outputs are the logits: `[classes, features]` weights and `[classes]` biases.
  public let layer: Node
  /// The layers that make the features, a vector a sample. Dropout right before the last layer is left out.
  public let body: Network
}

extension Network {
  /// The classifier's last layer, where it is a fully connected one with a layer before it. A softmax behind it does not
  /// matter.
  ///
  /// `nil` for networks that end otherwise, such as SqueezeNet, which averages the maps of a convolution.
  public var classifierHead: ClassifierHead? {
    let nodes = Dictionary(uniqueKeysWithValues: self.nodes.map { ($0.name, $0) })
    guard let layer = nodes[outputName].flatMap({ Self.lastLayer($0, nodes) }),
      let features = Self.features(of: layer, nodes)
    else { return nil }
    let names = Self.nodesBehind(features, self.nodes)
    let needed = self.nodes.filter { names.contains($0.name) }
    guard let body = try? Network(name: name, inputShape: inputShape, nodes: needed, outputName: features) else {
      return nil
    }
    return ClassifierHead(layer: layer, body: body)
  }

  private static func lastLayer(_ output: Node, _ nodes: [String: Node]) -> Node? {
    switch output.operator {
    case .fullyConnected: output
    case .softmax: nodes[output.inputs[0]].flatMap { lastLayer($0, nodes) }
    default: nil
    }
  }

  /// The name of what the last layer takes; `nil` where that is the network's input.
  private static func features(of layer: Node, _ nodes: [String: Node]) -> String? {
    guard let source = nodes[layer.inputs[0]] else { return nil }
    if case .dropout = source.operator { return features(of: source, nodes) }
    return source.name
  }

  /// The names of all nodes that a value depends on, itself included.
  private static func nodesBehind(_ output: String, _ nodes: [Node]) -> Set<String> {
    var needed: Set<String> = [output]
    for node in nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
    return needed
  }
}
