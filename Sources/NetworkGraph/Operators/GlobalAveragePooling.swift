/// The mean of each channel over the whole map: `C x H x W` to `C x 1 x 1` (Lin et al., Network In Network, 2013).
public struct GlobalAveragePooling: OperatorDefinition {
  public static let name = "global_average_pooling"

  public init() {}

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    return TensorShape(batch: input.batch, channels: input.channels, height: 1, width: 1)
  }

  public func window(for input: TensorShape) -> Window? {
    adaptiveWindow(input: input.spatial, output: 1)
  }
}
