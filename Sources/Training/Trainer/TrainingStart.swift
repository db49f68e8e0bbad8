public import NetworkGraph

/// Given weights that a run starts from, as in fine-tuning, instead of drawn ones.
public struct TrainingStart: Sendable {
  /// Every tensor of the network by name, row-major.
  public let weights: Weights
  /// Whether batch normalisation keeps its running statistics and normalises with them, as in serving.
  public let freezesStatistics: Bool
  /// Names of tensors that keep their values; what is needed for their gradients alone is not computed.
  public let frozen: Set<String>
  /// SHA-256 of the weights in hexadecimal.
  let digest: String

  /// A start from the given weights. It computes their SHA-256, which is part of the run's identity.
  public init(_ weights: Weights, freezesStatistics: Bool, frozen: Set<String> = []) {
    self.weights = weights
    self.freezesStatistics = freezesStatistics
    self.frozen = frozen
    digest = Fingerprint.digest(of: weights)
  }
}
