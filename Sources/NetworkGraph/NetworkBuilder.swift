/// Collects layers in order. Each layer takes the output of the layer before it, unless its inputs are named.
///
///     var net = NetworkBuilder()
///     net.append("conv1", .convolution(Convolution(outputChannels: 6, kernel: 5)))
///     net.append("relu1", .relu(ReLU()))
///     let network = try net.network(name: "example", inputShape: TensorShape([1, 32, 32]))
public struct NetworkBuilder: Sendable {
  /// The layers appended so far, in order.
  public private(set) var nodes: [Node] = []
  /// Name of the layer whose output the next layer takes by default: the layer appended last, or the one that
  /// `resume(from:)` named. Before any layer it is `Network.inputName`.
  public private(set) var current = Network.inputName

  /// Makes a builder without layers.
  public init() {}

  /// Appends a layer, makes it the default input of the next layer, and returns its name.
  ///
  /// Nothing is checked here: `network(name:inputShape:)` checks all names.
  ///
  /// - Parameters:
  ///   - name: a name that no other layer has.
  ///   - operator: the computation, with its attributes.
  ///   - inputs: names of earlier layers; `current` where not given.
  ///   - parameters: names of the tensors that are not named after the layer, by role.
  @discardableResult
  public mutating func append(
    _ name: String, _ operator: Operator, inputs: [String]? = nil, parameters: [ParameterRole: String] = [:]
  ) -> String {
    nodes.append(Node(name, `operator`, inputs: inputs ?? [current], parameters: parameters))
    current = name
    return name
  }

  /// Makes an earlier layer the default input of the next layer. This starts another branch of the network at that
  /// layer.
  public mutating func resume(from name: String) {
    current = name
  }

  /// The network of all layers appended so far. Its output is that of the layer appended last.
  ///
  /// - Parameter inputShape: the default shape of the input, `C x H x W`.
  /// - Throws: `NetworkError` where there is no layer, where a name is used twice, or where a layer takes an output
  ///   that no earlier layer gives.
  public func network(name: String, inputShape: TensorShape) throws(NetworkError) -> Network {
    try Network(name: name, inputShape: inputShape, nodes: nodes)
  }
}
