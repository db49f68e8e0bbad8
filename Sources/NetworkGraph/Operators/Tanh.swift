/// Hyperbolic tangent.
public struct Tanh: ElementwiseOperator {
  public static let name = "tanh"

  public init() {}
}
