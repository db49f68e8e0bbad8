import Architectures
import NetworkAnalysis

extension ComparedNetwork {
  /// A published network with its own input size, and its published error rates.
  ///
  /// If several error rates are published, torchvision's rates are taken, so that all rows of a comparison are
  /// measured with one centre crop. If torchvision has none, the paper's rates are taken.
  ///
  /// - Throws: `ArchitectureError` or `ShapeError`; neither happens with the input size of the architecture itself.
  public init(_ architecture: Architecture) throws {
    let preferred =
      architecture.published.first { $0.source.hasPrefix("torchvision") } ?? architecture.published.first
    let published = preferred.map {
      PublishedErrors(
        dataset: $0.dataset, top1Error: $0.top1Error, top5Error: $0.top5Error, source: $0.source)
    }
    try self.init(architecture.network(), title: architecture.title, published: published)
  }

  /// A served model. It has the published error rates of its architecture only if it tells the classes of ImageNet
  /// apart. Other models were trained on other data, so these rates say nothing about them.
  ///
  /// - Throws: `ShapeError`; this does not happen with a network that runs.
  public init(_ model: ServedModel) throws {
    let architecture = model.provenance.publication.flatMap { try? Architecture.named($0.architecture) }
    let published = try architecture.flatMap { try ComparedNetwork($0).published }
    let isComparable = published?.dataset == "ImageNet-1k" && model.labels.count == architecture?.defaultClasses
    try self.init(
      model.network, name: model.name, title: model.title, published: isComparable ? published : nil)
  }
}
