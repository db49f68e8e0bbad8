/// The product of two inputs of the same shape, value by value, or of feature maps `C x H x W` and one factor for each
/// channel, `C x 1 x 1`.
///
/// The second form is the gate of squeeze-and-excitation (Hu, Shen, Sun, 2017). Either input may be the factors.
public struct Multiply: OperatorDefinition {
  /// `multiply`.
  public static let name = "multiply"

  /// A product has no attributes.
  public init() {}

  /// The shape of the inputs, or of the feature maps where the other input is one factor for each channel.
  ///
  /// - Throws: `ShapeRuleViolation` where there are not exactly two inputs, or where their shapes do not fit.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard inputs.count == 2 else { throw ShapeRuleViolation("takes exactly two inputs, not \(inputs.count)") }
    let (left, right) = (inputs[0], inputs[1])
    if left == right || right.isChannelFactors(for: left) { return left }
    if left.isChannelFactors(for: right) { return right }
    throw ShapeRuleViolation(
      "both inputs must have the same shape, or one of them Cx1x1 for the other's C channels")
  }
}

extension TensorShape {
  /// Whether a tensor of this shape holds one factor for each channel of `maps`: `C x 1 x 1` for `C x H x W`, with the
  /// same batch.
  public func isChannelFactors(for maps: TensorShape) -> Bool {
    isFeatureMap && maps.isFeatureMap && spatial == 1 && channels == maps.channels && batch == maps.batch
  }
}
