/// Channels of zeros before and after the input's channels: `C x H x W` to `(before + C + after) x H x W`.
///
/// The CIFAR ResNets use it in their shortcuts without parameters, after taking every second row and column (He et al.,
/// 2015, section 3.3, option A).
public struct ChannelPadding: OperatorDefinition {
  /// `channel_padding`.
  public static let name = "channel_padding"

  /// Number of zero channels before the input's channels, `0...16_777_216`.
  public let before: Int
  /// Number of zero channels after the input's channels, `0...16_777_216`.
  public let after: Int

  /// Padding of `before` and `after` channels of zeros.
  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  /// `(before + C + after) x H x W` for one input of `C x H x W`.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, or where a number of channels is outside its accepted range.
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
