/// Channels in another order, so that information passes between the groups of grouped convolutions (Zhang, Zhou, Lin,
/// Sun: ShuffleNet, 2017, figure 1).
///
/// The input's channels are `groups` stacks of `C / groups`. The output takes one channel of each stack in turn: output
/// channel `c` is input channel `c % groups * (C / groups) + c / groups`.
public struct ChannelShuffle: OperatorDefinition {
  /// `channel_shuffle`.
  public static let name = "channel_shuffle"

  /// Number of stacks, at least 1; it must divide the input's channels.
  public let groups: Int

  /// A shuffle of `groups` stacks of channels.
  public init(groups: Int) {
    self.groups = groups
  }

  /// The shape of the only input, `C x H x W`.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, or where `groups` does not divide the channels.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    guard groups >= 1, input.channels % groups == 0 else {
      throw ShapeRuleViolation("input channels (\(input.channels)) must be a multiple of groups (\(groups))")
    }
    return input
  }
}
