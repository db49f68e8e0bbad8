/// Which node takes whose output, by index instead of name: what passes over all nodes look up most.
///
/// Values are counted from the network's input, which is number 0; the output of node `i` is number `i + 1`.
public struct NetworkWiring: Hashable, Sendable {
  /// The values that each node takes, in the order of its inputs.
  public let inputs: [[Int]]
  /// The network's answer.
  public let output: Int

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
