/// Divides each value by `(k + alpha / size * sum of squares over size neighbouring channels) ^ beta`.
///
/// Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3. `alpha` is
/// divided by `size` as PyTorch and Caffe do; the paper's `alpha` is `alpha / size` here.
public struct LocalResponseNormalization: OperatorDefinition {
  public static let name = "local_response_normalization"

  public let size: Int
  public let alpha: Float
  public let beta: Float
  public let k: Float

  public init(size: Int = 5, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    guard size >= 1 else { throw ShapeRuleViolation("the neighbourhood must span at least one channel") }
    return try singleFeatureMap(inputs)
  }
}
