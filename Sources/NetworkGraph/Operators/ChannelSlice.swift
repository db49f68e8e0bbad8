/// A range of the input's channels: `C x H x W` to `count x H x W`.
public struct ChannelSlice: OperatorDefinition {
  /// `channel_slice`.
  public static let name = "channel_slice"

  /// Index of the first channel taken; the input's first channel is 0.
  public let start: Int
  /// Number of channels taken, at least 1.
  public let count: Int

  /// A slice of the channels `start ..< start + count`.
  public init(start: Int, count: Int) {
    self.start = start
    self.count = count
  }

  /// `count x H x W` for one input of `C x H x W`.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, or where the slice reaches past the input's channels.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    let channels = input.channels
    guard (0..<channels).contains(start), (1...channels - start).contains(count) else {
      throw ShapeRuleViolation(
        "the input has channels 0 to \(channels - 1), too few for a slice of \(count) from \(start)")
    }
    return TensorShape(batch: input.batch, [count] + input.dimensions.dropFirst())
  }
}
