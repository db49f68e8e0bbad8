/// Channels dealt out from `groups` equal stacks in turns: output `c` is input
/// `c % groups * (C / groups) + c / groups` (Zhang, Zhou, Lin, Sun: ShuffleNet, 2017, figure 1).
public struct ChannelShuffle: OperatorDefinition {
  public static let name = "channel_shuffle"

  public let groups: Int

  public init(groups: Int) {
    self.groups = groups
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    guard groups >= 1, input.channels % groups == 0 else {
      throw ShapeRuleViolation("input channels (\(input.channels)) must be a multiple of groups (\(groups))")
    }
    return input
  }
}
