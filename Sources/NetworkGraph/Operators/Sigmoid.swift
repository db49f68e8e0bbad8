/// `1 / (1 + exp(-x))`, with values in `0...1`: the gate of squeeze-and-excitation.
public struct Sigmoid: ElementwiseOperator {
  /// `sigmoid`.
  public static let name = "sigmoid"

  /// The sigmoid has no attributes.
  public init() {}
}
