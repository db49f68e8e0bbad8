/// The shapes of one layer for a given network input.
public struct LayerShapes: Hashable, Sendable {
  public let inputs: [TensorShape]
  public let output: TensorShape
}

/// The shapes of every layer, in the order of `Network.nodes`.
public struct NetworkShapes: Hashable, Sendable {
  public let input: TensorShape
  public let layers: [LayerShapes]
  /// Shape of the network's answer.
  public let output: TensorShape
}

extension Network {
  /// Shapes of every layer for `input` (any size, any batch), or for the network's own input shape.
  ///
  /// - Throws: `ShapeError` naming the layer, its input shapes and the rule that they break.
  public func inferShapes(input: TensorShape? = nil) throws(ShapeError) -> NetworkShapes {
    let input = input ?? inputShape
    try checked(layer: Self.inputName, operatorName: "input", inputs: [input]) {
      () throws(ShapeRuleViolation) in try input.validatedAsInput()
    }
    var shapes = [input]
    shapes.reserveCapacity(nodes.count + 1)
    var layers: [LayerShapes] = []
    layers.reserveCapacity(nodes.count)
    for (node, values) in zip(nodes, wiring.inputs) {
      let inputs = values.map { shapes[$0] }
      let output = try checked(layer: node.name, operatorName: node.operator.name, inputs: inputs) {
        () throws(ShapeRuleViolation) in
        let output = try node.operator.definition.outputShape(for: inputs)
        try output.validatedAsOutput()
        return output
      }
      shapes.append(output)
      layers.append(LayerShapes(inputs: inputs, output: output))
    }
    return NetworkShapes(input: input, layers: layers, output: shapes[wiring.output])
  }

  /// Runs `body`, and names the layer in what it throws.
  func checked<Result>(
    layer: String, operatorName: String, inputs: [TensorShape], _ body: () throws(ShapeRuleViolation) -> Result
  ) throws(ShapeError) -> Result {
    do {
      return try body()
    } catch {
      throw ShapeError(
        network: name, layer: layer, operatorName: operatorName, inputShapes: inputs, rule: error.rule)
    }
  }
}
