/// An error rate that somebody else measured and published. ConvServe has not measured it.
public struct PublishedAccuracy: Hashable, Sendable, Codable {
  /// The data set whose validation or test images were classified, for example `ImageNet-1k` or `CIFAR-10`.
  public let dataset: String
  /// Share of samples whose most probable class is wrong, in percent (`0...100`); `nil` where not published.
  public let top1Error: Double?
  /// Share of samples whose five most probable classes are all wrong, in percent (`0...100`); `nil` where not
  /// published.
  public let top5Error: Double?
  /// Where the number comes from: the paper's table or the name of the weights, and how it was measured (crops, scale).
  public let source: String

  /// A published error rate. Errors are percentages, not fractions.
  public init(dataset: String, top1Error: Double?, top5Error: Double?, source: String) {
    self.dataset = dataset
    self.top1Error = top1Error
    self.top5Error = top5Error
    self.source = source
  }

  enum CodingKeys: String, CodingKey {
    case dataset, source
    case top1Error = "top1_error"
    case top5Error = "top5_error"
  }
}

extension PublishedAccuracy {
  /// Measured on the ImageNet-1k validation set.
  static func imageNet(top1: Double?, top5: Double?, _ source: String) -> PublishedAccuracy {
    PublishedAccuracy(dataset: "ImageNet-1k", top1Error: top1, top5Error: top5, source: source)
  }

  /// Measured on the CIFAR-10 test set.
  static func cifar10(top1: Double, _ source: String) -> PublishedAccuracy {
    PublishedAccuracy(dataset: "CIFAR-10", top1Error: top1, top5Error: nil, source: source)
  }

  /// What torchvision documents for its weights, with one centre crop.
  ///
  /// The errors are `100 - accuracy`, written out so that they stay exact in decimal.
  static func torchvision(_ enumeration: String, top1: Double, top5: Double) -> PublishedAccuracy {
    imageNet(top1: top1, top5: top5, "torchvision \(enumeration).IMAGENET1K_V1, 1 crop")
  }
}
