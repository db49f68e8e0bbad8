/// Per-channel `scale (x - mean) / sqrt(variance + epsilon) + offset` with stored statistics
/// (Ioffe and Szegedy, 2015). Weight file names follow PyTorch: `weight`, `bias`, `running_mean`, `running_var`.
public struct BatchNormalization: OperatorDefinition {
  public static let name = "batch_normalization"

  public let epsilon: Float

  public init(epsilon: Float = 1e-5) {
    self.epsilon = epsilon
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    try singleInput(inputs)
  }

  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    let shape = [inputs[0].channels]
    return [
      OperatorParameter(.weight, shape: shape),
      OperatorParameter(.bias, shape: shape),
      OperatorParameter(.runningMean, shape: shape),
      OperatorParameter(.runningVariance, shape: shape),
    ]
  }
}
