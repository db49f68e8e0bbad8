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
}
