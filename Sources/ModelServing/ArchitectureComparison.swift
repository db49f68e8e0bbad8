import Architectures
import NetworkAnalysis

extension ComparedNetwork {
  /// A published network with its own input size. Of several published error rates torchvision's is taken, so that
  /// the rows of a comparison are measured alike (one centre crop); else the paper's.
  ///
  /// - Throws: `ArchitectureError` or `ShapeError`; never for the architectures' own input sizes.
  public init(_ architecture: Architecture) throws {
    let preferred =
      architecture.published.first { $0.source.hasPrefix("torchvision") } ?? architecture.published.first
    let published = preferred.map {
      PublishedErrors(
        dataset: $0.dataset, top1Error: $0.top1Error, top5Error: $0.top5Error, source: $0.source)
    }
    try self.init(architecture.network(), title: architecture.title, published: published)
  }

  /// A served model. Error rates are those published for its network where it tells ImageNet's classes apart; other
  /// models were trained on something else, whatever their network is.
  ///
  /// - Throws: `ShapeError`; never for a network that runs.
  public init(_ model: ServedModel) throws {
    let architecture = model.provenance.publication.flatMap { try? Architecture.named($0.architecture) }
    let published = try architecture.flatMap { try ComparedNetwork($0).published }
    let isComparable = published?.dataset == "ImageNet-1k" && model.labels.count == architecture?.defaultClasses
    try self.init(
      model.network, name: model.name, title: model.title, published: isComparable ? published : nil)
  }
}
