/// A network in two, one after the other: what comes before a node's output, and what comes after it.
///
/// Both are networks of their own whose layers and tensors keep their names, so that the weights of the whole are those of
/// the parts together.
public struct NetworkCut: Hashable, Sendable {
  /// The node whose output the lower part gives and the upper part takes.
  public let boundary: String
  /// From the network's input to the boundary.
  public let lower: Network
  /// From the boundary, in the place of the input, to the network's answer.
  public let upper: Network

  /// Names of tensors that both parts use: whoever changes one changes both.
  public let sharedTensors: Set<String>
}

extension Network {
  /// Names of the nodes through which every way from the input to the answer leads, in their order, but for the one that
  /// gives the answer: the articulation points of the graph.
  ///
  /// Values are numbered in an order in which they can be computed. So nothing leads past a value exactly if no later
  /// layer reads an earlier one.
  ///
  /// - Complexity: linear in layers and their inputs.
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

  /// The network in two parts.
  ///
  /// Layers that the answer does not depend on are in neither.
  ///
  /// - Throws: `NetworkCutError.noCut` where the node is none of `cutNodes`, or `ShapeError`.
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

  /// Indices of the nodes that the answer depends on, ascending.
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

/// A place at which a network cannot be cut.
public enum NetworkCutError: Error, Hashable, Sendable {
  /// The layer is not there, gives the answer, or other ways lead past it.
  case noCut(network: String, layer: String)
}

extension NetworkCutError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noCut(let network, let layer):
      "\(network) cannot be cut behind \(layer): not all of the way from the input to the answer leads through that layer"
    }
  }
}
