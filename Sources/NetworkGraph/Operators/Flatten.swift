/// `C x H x W` to a vector of `C H W` values, in that order.
public struct Flatten: OperatorDefinition {
  public static let name = "flatten"

  public init() {}

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleInput(inputs)
    return TensorShape(batch: input.batch, [input.elementsPerSample])
  }

  /// A vector has no places, so its field is that of all its values together.
  public func window(for input: TensorShape) -> Window? {
    adaptiveWindow(input: input.spatial, output: 1)
  }
}
