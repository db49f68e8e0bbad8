/// The product of two inputs of one shape, or of feature maps and one factor for each channel: the gate of
/// squeeze-and-excitation (Hu, Shen, Sun, 2017). The factors are `C x 1 x 1`, and either input may be they.
public struct Multiply: OperatorDefinition {
  public static let name = "multiply"

  public init() {}

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
  /// Whether values of this shape can be multiplied with `maps` channel by channel: `C x 1 x 1` for `C x H x W`.
  public func isChannelFactors(for maps: TensorShape) -> Bool {
    isFeatureMap && maps.isFeatureMap && spatial == 1 && channels == maps.channels && batch == maps.batch
  }
}
