/// The connections of a network by index instead of by name. Passes over all layers use it, because they look
/// connections up most.
///
/// Values are numbered: value 0 is the network's input, and value `i + 1` is the output of `nodes[i]`.
public struct NetworkWiring: Hashable, Sendable {
  /// For each node, the numbers of the values that it takes, in the order of the operator's inputs.
  public let inputs: [[Int]]
  /// Number of the value that is the network's output.
  public let output: Int

  /// Resolves the names of inputs in one pass over `nodes`.
  ///
  /// - Throws: `NetworkError` where a name is used twice, or used before it is defined.
  init(network: String, nodes: [Node], outputName: String) throws(NetworkError) {
    var values = [Network.inputName: 0]
    values.reserveCapacity(nodes.count + 1)
    var inputs: [[Int]] = []
    inputs.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      inputs.append(
        try node.inputs.map { input throws(NetworkError) in
          guard let value = values[input] else {
            throw .unknownInput(network: network, layer: node.name, input: input)
          }
          return value
        })
      guard values.updateValue(index + 1, forKey: node.name) == nil else {
        throw .duplicateLayer(network: network, layer: node.name)
      }
    }
    guard let output = values[outputName] else {
      throw .unknownInput(network: network, layer: "output", input: outputName)
    }
    self.inputs = inputs
    self.output = output
  }
}
