/// A network cut in two at the output of one layer. The lower part gives that output, and the upper part takes it as
/// its input.
///
/// Layers and tensors keep their names in both parts. The weights of the whole network are therefore the weights of
/// both parts together.
public struct NetworkCut: Hashable, Sendable {
  /// Name of the layer at the cut. Its output is the lower part's output and the upper part's input.
  public let boundary: String
  /// The part from the network's input to the boundary, with the boundary as its last layer.
  public let lower: Network
  /// The part from the boundary to the network's output. Its input has the shape of the boundary's output.
  public let upper: Network

  /// Names of the tensors that both parts use. A change of such a tensor in one part changes the other part too.
  public let sharedTensors: Set<String>
}

extension Network {
  /// Names of the layers at which the network can be cut, in the order of `nodes`: every path from the input to the
  /// output leads through them. In graph theory they are the articulation points. The output layer itself is left out.
  ///
  /// A later layer that reads a value from before a layer makes a path around that layer, and so excludes it.
  ///
  /// - Complexity: linear in the number of layers and their inputs.
  public var cutNodes: [String] {
    var earliest = Int.max
    var names: [String] = []
    for index in usedNodes.reversed() {
      let value = index + 1
      if value != wiring.output, earliest >= value { names.append(nodes[index].name) }
      earliest = min(earliest, wiring.inputs[index].min() ?? Int.max)
    }
    return names.reversed()
  }

  /// Cuts the network in two parts behind the layer `node`. Layers that the network's output does not depend on are
  /// left out of both parts.
  ///
  /// - Throws: `NetworkCutError.noCut` where `node` is not one of `cutNodes`. `ShapeError` where a layer cannot take
  ///   its input or its tensors.
  public func cut(behind node: String) throws -> NetworkCut {
    guard cutNodes.contains(node), let place = nodes.firstIndex(where: { $0.name == node }) else {
      throw NetworkCutError.noCut(network: name, layer: node)
    }
    let shapes = try inferShapes()
    let used = usedNodes
    let lower = try Network(
      name: "\(name) up to \(node)", inputShape: inputShape, nodes: used.filter { $0 <= place }.map { nodes[$0] })
    let upper = try Network(
      name: "\(name) above \(node)", inputShape: TensorShape(shapes.layers[place].output.dimensions),
      nodes: used.filter { $0 > place }.map { nodes[$0].taking(Self.inputName, for: node) }, outputName: outputName)
    let shared = try Set(lower.parameters().map(\.name)).intersection(upper.parameters().map(\.name))
    return NetworkCut(boundary: node, lower: lower, upper: upper, sharedTensors: shared)
  }

  /// Indices of the nodes that the network's output depends on, ascending.
  private var usedNodes: [Int] {
    var isUsed = [Bool](repeating: false, count: nodes.count + 1)
    isUsed[wiring.output] = true
    for index in nodes.indices.reversed() where isUsed[index + 1] {
      for value in wiring.inputs[index] { isUsed[value] = true }
    }
    return nodes.indices.filter { isUsed[$0 + 1] }
  }
}

extension Node {
  /// The node with one of its inputs under another name.
  fileprivate func taking(_ name: String, for input: String) -> Node {
    Node(self.name, self.operator, inputs: inputs.map { $0 == input ? name : $0 }, parameters: parameters)
  }
}

/// The network cannot be cut at the given place.
public enum NetworkCutError: Error, Hashable, Sendable {
  /// No layer has this name, the layer gives the network's output, or some path leads around the layer.
  case noCut(network: String, layer: String)
}

extension NetworkCutError: CustomStringConvertible {
  /// The network, the layer and why a cut there is impossible, as one sentence for users.
  public var description: String {
    switch self {
    case .noCut(let network, let layer):
      "\(network) cannot be cut behind \(layer): not all of the way from the input to the answer leads through that layer"
    }
  }
}
