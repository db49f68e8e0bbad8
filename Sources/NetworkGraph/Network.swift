/// One layer of a network: an operator, the layers whose outputs it takes, and the names of its tensors.
public struct Node: Hashable, Sendable {
  /// The layer's name, unique in its network, such as `layer1.0.conv1`. Its tensors are named after it.
  public let name: String
  /// The computation of this layer, with its attributes such as kernel and stride.
  public let `operator`: Operator
  /// Names of the layers whose outputs this layer takes, in the operator's order: earlier nodes, or
  /// `Network.inputName`.
  public let inputs: [String]
  /// Names in the weight file for the tensors that are not named after the node, by role. Two nodes that name the same
  /// tensor share it.
  public let parameters: [ParameterRole: String]

  /// Makes a layer. A node alone is not checked: `Network.init` checks the names of inputs, and shape inference the
  /// rest.
  ///
  /// - Parameters:
  ///   - name: a name that no other layer of the network has.
  ///   - operator: the computation, with its attributes.
  ///   - inputs: names of earlier layers, or `Network.inputName`.
  ///   - parameters: names of the tensors that are not named after this layer, by role. Most layers need none.
  public init(
    _ name: String, _ operator: Operator, inputs: [String], parameters: [ParameterRole: String] = [:]
  ) {
    self.name = name
    self.operator = `operator`
    self.inputs = inputs
    self.parameters = parameters
  }

  /// Name in a weight file of the tensor that the layer uses as `role`: the name in `parameters`, or else `NAME.ROLE`,
  /// such as `layer1.0.conv1.weight`.
  public func tensorName(_ role: ParameterRole) -> String {
    parameters[role] ?? "\(name).\(role.rawValue)"
  }
}

/// A network as plain data: layers in an order in which they can run, with one input and one output.
///
/// A network holds no weights and no memory for values. `inferShapes(input:)` finds the shape of every layer, and
/// `parameters(input:)` lists the tensors that a weight file must provide.
public struct Network: Hashable, Sendable {
  /// The name by which nodes refer to the network's input. A layer cannot have this name.
  public static let inputName = "input"

  /// The network's name, such as `resnet50`. Error messages begin with it.
  public let name: String
  /// Default shape of the input, usually one sample of `C x H x W`. Shape inference uses it unless another shape is
  /// given.
  public let inputShape: TensorShape
  /// All layers. Each layer stands behind the layers whose outputs it takes.
  public let nodes: [Node]
  /// Name of the node whose output is the network's output, for example the logits.
  public let outputName: String
  /// The inputs of every node and the network's output as indices. The initialiser resolves the names once.
  public let wiring: NetworkWiring

  /// Makes a network from layers, and checks that their names fit together. It does not infer shapes.
  ///
  /// - Parameters:
  ///   - name: the network's name, for messages and reports.
  ///   - inputShape: the default shape of the input. `inferShapes(input:)` checks it.
  ///   - nodes: at least one layer, each behind the layers whose outputs it takes.
  ///   - outputName: name of the node that gives the network's output; the last node where not given.
  /// - Throws: `NetworkError` where there is no layer, where two layers have one name, or where a layer or the output
  ///   names a layer that is not defined before.
  /// - Complexity: linear in the number of layers and their inputs.
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

/// The layers of a network do not fit together.
public enum NetworkError: Error, Hashable, Sendable {
  /// The network has no layers.
  case empty(network: String)
  /// Two layers have the name `layer`, or a layer has the name of the network's input.
  case duplicateLayer(network: String, layer: String)
  /// The layer `layer` takes the output of `input`, but no earlier layer has that name. `layer` is `output` where
  /// `input` was named as the network's output.
  case unknownInput(network: String, layer: String, input: String)
}

extension NetworkError: CustomStringConvertible {
  /// The network, the layer and the rule that it breaks, as one sentence for users.
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
