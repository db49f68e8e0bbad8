/// `x / (1 + exp(-x))`, also called swish (Ramachandran, Zoph, Le: Searching for Activation Functions, 2017).
public struct SiLU: ElementwiseOperator {
  /// `silu`.
  public static let name = "silu"

  /// SiLU has no attributes.
  public init() {}
}
