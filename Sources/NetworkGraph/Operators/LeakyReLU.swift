/// `x` where `x` is positive, `negativeSlope * x` elsewhere (Maas, Hannun, Ng: Rectifier Nonlinearities Improve Neural
/// Network Acoustic Models, 2013).
public struct LeakyReLU: ElementwiseOperator {
  /// `leaky_relu`.
  public static let name = "leaky_relu"

  /// Factor of negative values: a fixed attribute, not a learned tensor.
  public let negativeSlope: Float

  /// Leaky ReLU with PyTorch's default slope, 0.01.
  public init(negativeSlope: Float = 0.01) {
    self.negativeSlope = negativeSlope
  }
}
