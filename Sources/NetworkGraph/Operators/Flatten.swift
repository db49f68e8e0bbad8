/// Feature maps `C x H x W` as a vector of `C H W` values, in row-major order: the width varies fastest, the channel
/// slowest.
public struct Flatten: OperatorDefinition {
  /// `flatten`.
  public static let name = "flatten"

  /// Flattening has no attributes.
  public init() {}

  /// A vector of all values of one sample.
  ///
  /// - Throws: `ShapeRuleViolation` where there is not exactly one input.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleInput(inputs)
    return TensorShape(batch: input.batch, [input.elementsPerSample])
  }

  /// A window over the whole map. A vector's values have no place in a map, so the receptive field is that of all
  /// values together.
  public func window(for input: TensorShape) -> Window? {
    adaptiveWindow(input: input.spatial, output: 1)
  }
}
