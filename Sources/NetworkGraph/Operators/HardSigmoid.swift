/// `relu6(x + 3) / 6`.
public struct HardSigmoid: ElementwiseOperator {
  public static let name = "hard_sigmoid"

  public init() {}
}
