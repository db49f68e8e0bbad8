/// What a layer uses a tensor for. Raw values are PyTorch's names.
public enum ParameterRole: String, Hashable, Sendable, CaseIterable {
  case weight
  case bias
  case runningMean = "running_mean"
  case runningVariance = "running_var"

  /// How the tensor counts.
  public enum Kind: Hashable, Sendable {
    /// Learned factors: convolution kernels, matrices, batch normalisation's scale.
    case weight
    /// Learned offsets.
    case bias
    /// Running mean and variance: stored with the weights but not learned, so not counted as parameters.
    case statistic
  }

  public var kind: Kind {
    switch self {
    case .weight: .weight
    case .bias: .bias
    case .runningMean, .runningVariance: .statistic
    }
  }
}
