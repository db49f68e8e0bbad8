import Architectures
import NetworkAnalysis

extension ComparedNetwork {
  /// A published network with its original input size, and the first accuracy that was published for it.
  ///
  /// - Throws: `ArchitectureError` or `ShapeError`; never for the architectures' own input sizes.
  public init(_ architecture: Architecture) throws {
    let published = architecture.published.first.map {
      PublishedErrors(
        dataset: $0.dataset, top1Error: $0.top1Error, top5Error: $0.top5Error, source: $0.source)
    }
    try self.init(architecture.network(), title: architecture.title, published: published)
  }
}
