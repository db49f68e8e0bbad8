/// `relu6(x + 3) / 6`, which replaces the sigmoid in gates (Howard et al.: Searching for MobileNetV3, 2019, section
/// 5.2).
public struct HardSigmoid: ElementwiseOperator {
  /// `hard_sigmoid`.
  public static let name = "hard_sigmoid"

  /// The hard sigmoid has no attributes.
  public init() {}
}
