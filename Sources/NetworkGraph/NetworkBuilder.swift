/// Collects nodes in order; each takes the one before it unless told otherwise.
public struct NetworkBuilder: Sendable {
  public private(set) var nodes: [Node] = []
  /// Name of the node added last: what the next one takes by default.
  public private(set) var current = Network.inputName

  public init() {}

  /// Adds a node and returns its name.
  ///
  /// - Parameters:
  ///   - inputs: names of earlier nodes; the node added last where not given.
  ///   - parameters: names of tensors that are not called after the node.
  @discardableResult
  public mutating func append(
    _ name: String, _ operator: Operator, inputs: [String]? = nil, parameters: [ParameterRole: String] = [:]
  ) -> String {
    nodes.append(Node(name, `operator`, inputs: inputs ?? [current], parameters: parameters))
    current = name
    return name
  }

  /// Makes an earlier node the one that the next takes by default: the start of a second branch.
  public mutating func resume(from name: String) {
    current = name
  }

  public func network(name: String, inputShape: TensorShape) throws(NetworkError) -> Network {
    try Network(name: name, inputShape: inputShape, nodes: nodes)
  }
}
