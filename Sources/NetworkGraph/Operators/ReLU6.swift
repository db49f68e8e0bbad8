/// `min(max(x, 0), 6)`.
public struct ReLU6: ElementwiseOperator {
  public static let name = "relu6"

  public init() {}
}
