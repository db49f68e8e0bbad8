/// The origin of a model: the published network, the source of the weights and their licence.
public struct ModelProvenance: Hashable, Sendable {
  /// A published network.
  public struct Publication: Hashable, Sendable {
    /// The name under which `convserve architectures` lists the network, for example `resnet50`.
    public var architecture: String
    /// The name as papers write it, for example `ResNet-50`.
    public var title: String
    /// Authors, title and year of the paper.
    public var paper: String

    /// A publication of the given name, title and paper.
    public init(architecture: String, title: String, paper: String) {
      self.architecture = architecture
      self.title = title
      self.paper = paper
    }
  }

  /// The published network that the model follows; `nil` if the network is the user's own.
  public var publication: Publication?
  /// The origin of the weights in words, for example a URL.
  public var source: String
  /// The licence of the weights, as an SPDX identifier if there is one; `unknown` if nobody named it.
  public var licence: String

  /// A provenance of the given source and licence.
  public init(publication: Publication? = nil, source: String, licence: String) {
    self.publication = publication
    self.source = source
    self.licence = licence
  }
}
