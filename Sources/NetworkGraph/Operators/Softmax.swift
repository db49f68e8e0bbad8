/// `exp(x) / sum(exp(x))` over the channels: of each sample for a vector, of each place for feature maps. The results
/// are in `0...1` and add up to 1.
public struct Softmax: OperatorDefinition {
  /// `softmax`.
  public static let name = "softmax"

  /// Softmax has no attributes.
  public init() {}

  /// The shape of the only input.
  ///
  /// - Throws: `ShapeRuleViolation` where there is not exactly one input.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    try singleInput(inputs)
  }
}
