/// `min(max(x, 0), 6)`, the activation of MobileNetV2 (Sandler et al., 2018, section 4).
public struct ReLU6: ElementwiseOperator {
  /// `relu6`.
  public static let name = "relu6"

  /// ReLU6 has no attributes.
  public init() {}
}
