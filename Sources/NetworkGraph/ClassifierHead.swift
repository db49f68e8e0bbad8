/// A classifier in two parts: its last fully connected layer, and the network that makes the features for that layer.
public struct ClassifierHead: Hashable, Sendable {
  /// The layer whose outputs are the logits. Its weights are `[classes, features]` and its biases `[classes]`.
  public let layer: Node
  /// The network whose output is the feature vector, `F` values for each sample.
  ///
  /// A dropout layer directly before the last layer is left out.
  public let body: Network
}

extension Network {
  /// The network's last fully connected layer and the layers before it. A softmax behind the last layer does not
  /// matter.
  ///
  /// The value is `nil` where the last layer is not fully connected, or takes the network's input directly. SqueezeNet
  /// is an example: it averages the maps of its last convolution.
  ///
  /// - Complexity: linear in the number of layers and their inputs.
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

  /// The name of the node whose output the last layer takes, with dropout layers passed over; `nil` where it takes the
  /// network's input.
  private static func features(of layer: Node, _ nodes: [String: Node]) -> String? {
    guard let source = nodes[layer.inputs[0]] else { return nil }
    if case .dropout = source.operator { return features(of: source, nodes) }
    return source.name
  }

  /// The names of all nodes that the node `output` depends on, itself included.
  private static func nodesBehind(_ output: String, _ nodes: [Node]) -> Set<String> {
    var needed: Set<String> = [output]
    for node in nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
    return needed
  }
}
