/// Sets values to zero at random while training (Srivastava et al., 2014). When serving it is the identity.
public struct Dropout: ElementwiseOperator {
  /// `dropout`.
  public static let name = "dropout"

  /// Probability that a value is set to zero while training. It has no effect when serving.
  public let probability: Float

  /// Dropout with PyTorch's default of one half.
  public init(probability: Float = 0.5) {
    self.probability = probability
  }
}
