/// `1 / (1 + exp(-x))`.
public struct Sigmoid: ElementwiseOperator {
  public static let name = "sigmoid"

  public init() {}
}
