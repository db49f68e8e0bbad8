/// `weight (x - mean) / sqrt(variance + epsilon) + bias` for each channel, with stored statistics (Ioffe and Szegedy,
/// 2015, algorithm 2).
///
/// The input is feature maps or a vector; the shape does not change. The four tensors have the shape `[C]` and
/// PyTorch's names: `weight`, `bias`, `running_mean`, `running_var`.
public struct BatchNormalization: OperatorDefinition {
  /// `batch_normalization`.
  public static let name = "batch_normalization"

  /// Added to the variance, so that channels of small variance do not blow up. TensorFlow's models use 1e-3.
  public let epsilon: Float

  /// Batch normalisation with PyTorch's default for `epsilon`, 1e-5.
  public init(epsilon: Float = 1e-5) {
    self.epsilon = epsilon
  }

  /// The shape of the only input.
  ///
  /// - Throws: `ShapeRuleViolation` where there is not exactly one input.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    try singleInput(inputs)
  }

  /// Weight, bias, running mean and running variance, each `[C]`.
  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    let shape = [inputs[0].channels]
    return [
      OperatorParameter(.weight, shape: shape),
      OperatorParameter(.bias, shape: shape),
      OperatorParameter(.runningMean, shape: shape),
      OperatorParameter(.runningVariance, shape: shape),
    ]
  }
}
