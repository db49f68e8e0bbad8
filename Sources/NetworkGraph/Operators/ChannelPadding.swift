/// Channels of zeros put before and after the real ones.
///
/// The parameter-free shortcut of the CIFAR ResNets (He et al., 2015, section 3.3, option A) is a subsampling
/// followed by this.
public struct ChannelPadding: OperatorDefinition {
  public static let name = "channel_padding"

  public let before: Int
  public let after: Int

  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    let accepted = 0...Limits.channels
    guard accepted.contains(before), accepted.contains(after) else {
      throw ShapeRuleViolation("padded channels must be between 0 and \(Limits.channels)")
    }
    let channels = before + input.channels + after
    return TensorShape(batch: input.batch, [channels] + input.dimensions.dropFirst())
  }
}
