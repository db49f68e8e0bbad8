/// Sum of two or more inputs of the same shape, value by value: the join of a residual block (He et al., 2015, section
/// 3.2).
public struct Add: OperatorDefinition {
  /// `add`.
  public static let name = "add"

  /// A sum has no attributes.
  public init() {}

  /// The common shape of all inputs.
  ///
  /// - Throws: `ShapeRuleViolation` where there are fewer than two inputs, or where their shapes differ.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard inputs.count >= 2 else { throw ShapeRuleViolation("needs at least two inputs") }
    guard inputs.allSatisfy({ $0 == inputs[0] }) else {
      throw ShapeRuleViolation("all inputs must have the same shape")
    }
    return inputs[0]
  }
}
