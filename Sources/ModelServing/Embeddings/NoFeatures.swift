/// A network that has no embeddings, because it does not end in a fully connected layer with layers before it.
public struct NoFeatures: Error, Hashable, Sendable {
  /// The title of the published network, or else the name that the network has.
  public let network: String
}

extension NoFeatures: CustomStringConvertible {
  /// The problem in a sentence, with networks that have embeddings.
  public var description: String {
    "\(network) has no embeddings: they are what the fully connected layer at a network's end takes, and it does not end in "
      + "one; use a model that does, such as a ResNet, an EfficientNet or a VGG network"
  }
}
