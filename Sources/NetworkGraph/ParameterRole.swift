/// The part that a tensor plays in its layer. Raw values are the last component of PyTorch's tensor names.
public enum ParameterRole: String, Hashable, Sendable, CaseIterable {
  /// Learned factors. The shape depends on the operator: `[outputChannels, C / groups, K, K]` for a convolution,
  /// `[outputFeatures, F]` for a fully connected layer, `[C]` for batch normalisation's scale and PReLU's slopes.
  case weight
  /// Learned offsets, one for each output channel: `[outputChannels]`.
  case bias
  /// Batch normalisation's mean of each channel over the training set: `[C]`. It is a statistic, not learned by
  /// gradients.
  case runningMean = "running_mean"
  /// Batch normalisation's variance of each channel over the training set: `[C]`. It is a statistic, not learned by
  /// gradients.
  case runningVariance = "running_var"

  /// How a tensor counts in summaries of a network.
  public enum Kind: Hashable, Sendable {
    /// Learned factors: convolution kernels, matrices, batch normalisation's scale.
    case weight
    /// Learned offsets.
    case bias
    /// Running mean and variance. Weight files hold them, but they are not learned and so are not counted as
    /// parameters.
    case statistic
  }

  /// How a tensor of this role counts in summaries.
  public var kind: Kind {
    switch self {
    case .weight: .weight
    case .bias: .bias
    case .runningMean, .runningVariance: .statistic
    }
  }
}
