/// Where a model comes from.
public struct ModelProvenance: Hashable, Sendable {
  /// A published network.
  public struct Publication: Hashable, Sendable {
    /// The name under which the network is listed, for example `resnet50`.
    public var architecture: String
    /// How papers write it, for example `ResNet-50`.
    public var title: String
    /// Authors, title and year of the source.
    public var paper: String

    public init(architecture: String, title: String, paper: String) {
      self.architecture = architecture
      self.title = title
      self.paper = paper
    }
  }

  /// The published network that the model is built after; nil where it is nobody's but the user's.
  public var publication: Publication?
  /// Where the weights come from, in words.
  public var source: String
  /// Licence of the weights, an SPDX identifier where there is one.
  public var licence: String

  public init(publication: Publication? = nil, source: String, licence: String) {
    self.publication = publication
    self.source = source
    self.licence = licence
  }
}
