/// The input and output shapes of one layer, for one shape of the network's input.
public struct LayerShapes: Hashable, Sendable {
  /// Shapes of the values that the layer takes, in the order of its inputs. All have the batch of the network's input.
  public let inputs: [TensorShape]
  /// Shape of the layer's output.
  public let output: TensorShape
}

/// The shapes of all layers of a network, for one shape of its input.
public struct NetworkShapes: Hashable, Sendable {
  /// Shape of the network's input that all other shapes follow from.
  public let input: TensorShape
  /// Shapes of every layer, in the order of `Network.nodes`.
  public let layers: [LayerShapes]
  /// Shape of the network's output.
  public let output: TensorShape
}

extension Network {
  /// The shapes of every layer.
  ///
  /// - Parameter input: any shape and batch that the first layers accept; `inputShape` where not given. Every extent
  ///   must be in `1...16_384`, and the whole batch at most `TensorShape.maximumElements` values.
  /// - Throws: `ShapeError` for the first layer that cannot take its input, or whose output or arithmetic is too large
  ///   to count.
  /// - Complexity: linear in the number of layers and their inputs.
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

  /// Runs `body`. A `ShapeRuleViolation` becomes a `ShapeError` that names the layer.
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
