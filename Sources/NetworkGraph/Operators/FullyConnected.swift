/// `weight x + bias` for a vector `x` of `F` values: `F` to `outputFeatures`.
///
/// The weight is `[outputFeatures, F]`, the bias `[outputFeatures]`.
public struct FullyConnected: OperatorDefinition {
  /// `fully_connected`.
  public static let name = "fully_connected"

  /// Length of the output vector, `1...16_777_216`. In a classifier's last layer it is the number of classes.
  public let outputFeatures: Int
  /// Whether a learned offset is added to each output.
  public let hasBias: Bool

  /// A fully connected layer, with a bias unless told otherwise. The number of inputs follows from the layer before.
  public init(outputFeatures: Int, hasBias: Bool = true) {
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }

  /// A vector of `outputFeatures` values for one input vector.
  ///
  /// - Throws: `ShapeRuleViolation` where the only input is not a vector, where the number of features is outside its
  ///   accepted range, or where the layer has more than 2^48 multiply-accumulates.
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

  /// The weight `[outputFeatures, F]`, and the bias `[outputFeatures]` where there is one.
  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    let shape = [outputFeatures, inputs[0].channels]
    let weight = OperatorParameter(.weight, shape: shape)
    return hasBias ? [weight, OperatorParameter(.bias, shape: [outputFeatures])] : [weight]
  }

  /// `N outputFeatures F`. The bias does not count.
  public func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int {
    output.elements * inputs[0].channels
  }
}
