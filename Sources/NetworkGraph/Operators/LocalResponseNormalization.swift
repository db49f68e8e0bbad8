/// Divides each value by `(k + alpha / size * sum) ^ beta`. Here `sum` adds up the squares of `size` neighbouring
/// channels in the same place. The value's own channel is one of them.
///
/// Source: Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3.
/// `alpha` is divided by `size`, as in PyTorch and Caffe. The paper does not divide, so its `alpha` of 1e-4 is 5e-4
/// here for a size of 5.
public struct LocalResponseNormalization: OperatorDefinition {
  /// `local_response_normalization`.
  public static let name = "local_response_normalization"

  /// Number of channels in the neighbourhood, at least 1. `size / 2` of them lie before the value's own channel, and
  /// `(size - 1) / 2` behind it, both rounded down.
  public let size: Int
  /// Factor of the mean square.
  public let alpha: Float
  /// Exponent of the divisor.
  public let beta: Float
  /// Constant that is added before the power is taken. It keeps the divisor from zero. The paper uses 2, Caffe's models
  /// use 1.
  public let k: Float

  /// PyTorch's defaults for `alpha`, `beta` and `k`, and the paper's neighbourhood of 5 channels.
  public init(size: Int = 5, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }

  /// The shape of the only input, `C x H x W`.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, or where the size is less than 1.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard size >= 1 else { throw ShapeRuleViolation("the neighbourhood must span at least one channel") }
    return try singleFeatureMap(inputs)
  }
}
