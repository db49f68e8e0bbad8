/// `x relu6(x + 3) / 6` (Howard et al.: Searching for MobileNetV3, 2019, section 5.2).
public struct HardSwish: ElementwiseOperator {
  /// `hard_swish`.
  public static let name = "hard_swish"

  /// Hard swish has no attributes.
  public init() {}
}
