/// A tensor that a network needs from a weight file: its name, its shape and its role.
public struct ParameterDeclaration: Hashable, Sendable {
  /// Name in the weight file, such as `conv1.weight`.
  public let name: String
  /// The tensor's extents, row-major, as the weight file must give them.
  public let shape: [Int]
  /// The tensor's part in the first layer that takes it, such as weight or bias.
  public let role: ParameterRole

  /// Declares the tensor `name` with row-major extents `shape`.
  public init(_ name: String, shape: [Int], role: ParameterRole) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  /// Number of values in the tensor: the product of its extents.
  public var count: Int { shape.reduce(1, *) }
}

extension Network {
  /// Every tensor that the network needs from a weight file, in the order of the layers. A tensor that several layers
  /// share is listed once.
  ///
  /// - Parameter input: the shape of the input; the network's own where not given. The shapes of some tensors depend on
  ///   it, for example those of a fully connected layer behind `flatten`.
  /// - Throws: `ShapeError` where a layer cannot take its input, where two layers share a tensor but need it in
  ///   different shapes, or where a layer names a tensor for a role that its operator does not have.
  public func parameters(input: TensorShape? = nil) throws(ShapeError) -> [ParameterDeclaration] {
    try parametersByLayer(shapes: try inferShapes(input: input)).flatMap(\.self)
  }

  /// The tensors that each layer needs from a weight file, in the order of `nodes`. A shared tensor is listed only with
  /// the first layer that takes it.
  ///
  /// - Parameter shapes: the result of `inferShapes(input:)` for this network.
  /// - Throws: `ShapeError` where two layers share a tensor but need it in different shapes, or where a layer names a
  ///   tensor for a role that its operator does not have.
  public func parametersByLayer(shapes: NetworkShapes) throws(ShapeError) -> [[ParameterDeclaration]] {
    // Layers can share a tensor only where a node names its tensors itself.
    let mayShare = nodes.contains { !$0.parameters.isEmpty }
    var taken = TakenTensors()
    var layers: [[ParameterDeclaration]] = []
    for (node, layer) in zip(nodes, shapes.layers) {
      let needed = node.operator.definition.parameters(for: layer.inputs)
      layers.append(
        try checked(layer: node.name, operatorName: node.operator.name, inputs: layer.inputs) {
          () throws(ShapeRuleViolation) in
          try node.requireRoles(needed.map(\.role))
          return mayShare ? try taken.take(needed, by: node) : needed.map { $0.declared(by: node) }
        })
    }
    return layers
  }
}

/// The tensors that earlier layers take, with the first layer that takes each.
private struct TakenTensors {
  private var first: [String: (layer: String, shape: [Int])] = [:]

  /// The tensors of `parameters` that no layer before `node` takes.
  mutating func take(
    _ parameters: [OperatorParameter], by node: Node
  ) throws(ShapeRuleViolation) -> [ParameterDeclaration] {
    var new: [ParameterDeclaration] = []
    for parameter in parameters {
      let name = node.tensorName(parameter.role)
      if let first = first[name] {
        guard first.shape == parameter.shape else {
          throw ShapeRuleViolation(
            "needs \(name) in shape \(parameter.shape), but layer \(first.layer) in shape \(first.shape)")
        }
      } else {
        first[name] = (node.name, parameter.shape)
        new.append(parameter.declared(by: node))
      }
    }
    return new
  }
}

extension Node {
  /// Checks that every role which the node names a tensor for is one that its operator has.
  fileprivate func requireRoles(_ roles: [ParameterRole]) throws(ShapeRuleViolation) {
    if parameters.isEmpty { return }
    for role in ParameterRole.allCases where parameters[role] != nil && !roles.contains(role) {
      let accepted = roles.isEmpty ? "none" : roles.map(\.rawValue).joined(separator: ", ")
      throw ShapeRuleViolation("names a tensor for \(role.rawValue); accepted: \(accepted)")
    }
  }
}

extension OperatorParameter {
  fileprivate func declared(by node: Node) -> ParameterDeclaration {
    ParameterDeclaration(node.tensorName(role), shape: shape, role: role)
  }
}
