/// Feature maps joined along the channels, in the order of the inputs.
public struct Concatenate: OperatorDefinition {
  public static let name = "concatenate"

  public init() {}

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard let first = inputs.first else { throw ShapeRuleViolation("needs at least one input") }
    guard inputs.allSatisfy({ $0.batch == first.batch && $0.dimensions.dropFirst() == first.dimensions.dropFirst() })
    else {
      throw ShapeRuleViolation("all inputs must have the same height and width")
    }
    let channels = inputs.reduce(0) { $0 + $1.channels }
    return TensorShape(batch: first.batch, [channels] + first.dimensions.dropFirst())
  }
}
