/// Drops units while training (Srivastava et al., 2014); the identity when serving.
public struct Dropout: ElementwiseOperator {
  public static let name = "dropout"

  /// Probability that a unit is dropped while training.
  public let probability: Float

  public init(probability: Float = 0.5) {
    self.probability = probability
  }
}
