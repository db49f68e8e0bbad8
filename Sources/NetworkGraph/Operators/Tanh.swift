/// Hyperbolic tangent, with values in `-1...1`: the activation of LeNet-5.
public struct Tanh: ElementwiseOperator {
  /// `tanh`.
  public static let name = "tanh"

  /// Tanh has no attributes.
  public init() {}
}
