/// Matrix product of a vector of `F` values with `[outputFeatures, F]` weights, plus bias `[outputFeatures]`.
public struct FullyConnected: OperatorDefinition {
  public static let name = "fully_connected"

  public let outputFeatures: Int
  public let hasBias: Bool

  public init(outputFeatures: Int, hasBias: Bool = true) {
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleInput(inputs)
    guard input.dimensions.count == 1 else {
      throw ShapeRuleViolation("needs a vector; put a flatten layer in front of it")
    }
    try requireAcceptedChannels(outputFeatures, "output features")
    let output = TensorShape(batch: input.batch, [outputFeatures])
    try requireCountable(output, times: input.channels)
    return output
  }

  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    let shape = [outputFeatures, inputs[0].channels]
    let weight = OperatorParameter(.weight, shape: shape)
    return hasBias ? [weight, OperatorParameter(.bias, shape: [outputFeatures])] : [weight]
  }

  public func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int {
    output.elements * inputs[0].channels
  }
}
