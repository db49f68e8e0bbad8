/// The `count` channels from `start` on, the first being 0.
public struct ChannelSlice: OperatorDefinition {
  public static let name = "channel_slice"

  public let start: Int
  public let count: Int

  public init(start: Int, count: Int) {
    self.start = start
    self.count = count
  }

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
