/// `x` where positive, `negativeSlope x` elsewhere.
public struct LeakyReLU: ElementwiseOperator {
  public static let name = "leaky_relu"

  public let negativeSlope: Float

  public init(negativeSlope: Float = 0.01) {
    self.negativeSlope = negativeSlope
  }
}
