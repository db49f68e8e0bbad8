/// One layer: an operator, the names of the layers whose outputs it takes, and the names of its tensors.
public struct Node: Hashable, Sendable {
  public let name: String
  public let `operator`: Operator
  /// Names of earlier nodes, or `Network.inputName`.
  public let inputs: [String]
  /// Names of the tensors that are not called after the node, by role. Nodes that name one tensor share it.
  public let parameters: [ParameterRole: String]

  public init(
    _ name: String, _ operator: Operator, inputs: [String], parameters: [ParameterRole: String] = [:]
  ) {
    self.name = name
    self.operator = `operator`
    self.inputs = inputs
    self.parameters = parameters
  }

  /// Name in a weight file of the tensor that the layer uses as `role`: the one in `parameters`, or else the node's
  /// own, such as `layer1.0.conv1.weight`.
  public func tensorName(_ role: ParameterRole) -> String {
    parameters[role] ?? "\(name).\(role.rawValue)"
  }
}

/// A network as plain data: nodes in an order in which they can run, one input, one output.
public struct Network: Hashable, Sendable {
  /// The name by which nodes refer to the network's input.
  public static let inputName = "input"

  public let name: String
  /// Shape of one input sample, `C x H x W`, unless shapes are inferred for another.
  public let inputShape: TensorShape
  public let nodes: [Node]
  /// Name of the node whose output is the network's answer.
  public let outputName: String
  /// Where each node's inputs come from, and the network's answer: the names resolved once.
  public let wiring: NetworkWiring

  /// - Parameter outputName: the last node where not given.
  /// - Throws: `NetworkError` where a name is used twice, or used before it is defined.
  public init(
    name: String, inputShape: TensorShape, nodes: [Node], outputName: String? = nil
  ) throws(NetworkError) {
    guard let last = nodes.last else { throw .empty(network: name) }
    self.name = name
    self.inputShape = inputShape
    self.nodes = nodes
    self.outputName = outputName ?? last.name
    wiring = try NetworkWiring(network: name, nodes: nodes, outputName: self.outputName)
  }
}

/// A network whose nodes do not fit together.
public enum NetworkError: Error, Hashable, Sendable {
  case empty(network: String)
  case duplicateLayer(network: String, layer: String)
  case unknownInput(network: String, layer: String, input: String)
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let network):
      "\(network): a network needs at least one layer"
    case .duplicateLayer(let network, let layer):
      "\(network): two layers are named \(layer)"
    case .unknownInput(let network, let layer, let input):
      "\(network): layer \(layer) takes \(input), which no earlier layer is named"
    }
  }
}
