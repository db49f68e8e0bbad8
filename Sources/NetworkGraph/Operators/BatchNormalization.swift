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

  public func parameters(for inputs: [TensorShape]) -> [ParameterDeclaration] {
    let shape = [inputs[0].channels]
    return [
      ParameterDeclaration("weight", shape: shape, role: .weight),
      ParameterDeclaration("bias", shape: shape, role: .bias),
      ParameterDeclaration("running_mean", shape: shape, role: .statistic),
      ParameterDeclaration("running_var", shape: shape, role: .statistic),
    ]
  }
}
