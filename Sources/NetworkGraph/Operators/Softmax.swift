/// `exp(x) / sum(exp(x))` over the channels of each sample.
public struct Softmax: OperatorDefinition {
  public static let name = "softmax"

  public init() {}

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    try singleInput(inputs)
  }
}
