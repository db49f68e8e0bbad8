/// The mean of each channel over the whole map: `C x H x W` to `C x 1 x 1` (Lin et al., Network In Network, 2013).
public struct GlobalAveragePooling: OperatorDefinition {
  /// `global_average_pooling`.
  public static let name = "global_average_pooling"

  /// Global pooling has no attributes.
  public init() {}

  /// `C x 1 x 1` for one input of `C x H x W`.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    return TensorShape(batch: input.batch, channels: input.channels, height: 1, width: 1)
  }

  /// A window over the whole map.
  public func window(for input: TensorShape) -> Window? {
    adaptiveWindow(input: input.spatial, output: 1)
  }
}
