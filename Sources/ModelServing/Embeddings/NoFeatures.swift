/// A network that makes no vector of features: it does not end in a fully connected layer with layers before it.
public struct NoFeatures: Error, Hashable, Sendable {
  /// What its papers or its maker call it.
  public let network: String
}

extension NoFeatures: CustomStringConvertible {
  public var description: String {
    "\(network) has no embeddings: they are what the fully connected layer at a network's end takes, and it does not end in "
      + "one; use a model that does, such as a ResNet, an EfficientNet or a VGG network"
  }
}
