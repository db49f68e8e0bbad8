/// `max(x, 0)`.
public struct ReLU: ElementwiseOperator {
  public static let name = "relu"

  public init() {}
}
