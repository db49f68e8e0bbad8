/// Sum of two or more tensors of one shape: the join of a residual block.
public struct Add: OperatorDefinition {
  public static let name = "add"

  public init() {}

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard inputs.count >= 2 else { throw ShapeRuleViolation("needs at least two inputs") }
    guard inputs.allSatisfy({ $0 == inputs[0] }) else {
      throw ShapeRuleViolation("all inputs must have the same shape")
    }
    return inputs[0]
  }
}
