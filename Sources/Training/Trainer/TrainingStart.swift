public import NetworkGraph

/// A run that goes out from weights that somebody has, as fine-tuning does, rather than from drawn ones.
public struct TrainingStart: Sendable {
  /// All tensors of the network that is trained.
  public let weights: Weights
  /// Whether batch normalisation keeps the running statistics and normalises with them, as when serving.
  public let freezesStatistics: Bool
  /// Names of tensors that keep their values; what is needed for their gradients alone is not computed.
  public let frozen: Set<String>
  /// SHA-256 of the weights in hexadecimal.
  let digest: String

  public init(_ weights: Weights, freezesStatistics: Bool, frozen: Set<String> = []) {
    self.weights = weights
    self.freezesStatistics = freezesStatistics
    self.frozen = frozen
    digest = Fingerprint.digest(of: weights)
  }
}
