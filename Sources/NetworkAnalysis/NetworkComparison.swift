import NetworkGraph

/// Networks side by side, in the order given.
public struct NetworkComparison: Codable, Hashable, Sendable {
  public let networks: [ComparedNetwork]
  let plot: ComparisonPlot

  public init(_ networks: [ComparedNetwork], plot: ComparisonPlot = .operations) {
    self.networks = networks
    self.plot = plot
  }

  enum CodingKeys: String, CodingKey { case networks }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.container(keyedBy: CodingKeys.self).decode([ComparedNetwork].self, forKey: .networks))
  }
}

/// Beside what a comparison draws accuracies.
public enum ComparisonPlot: String, CaseIterable, Sendable {
  /// Multiply-accumulates.
  case operations
  /// Images in a second on this machine.
  case throughput
}

/// One network of a comparison, at batch 1.
public struct ComparedNetwork: Codable, Hashable, Sendable {
  /// The model's name where the row is a model's, else the architecture's.
  public let name: String
  /// The architecture's name.
  public let architecture: String
  /// How people write it, for example `ResNet-50`.
  public let title: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  /// Convolutions and fully connected layers on the longest path: the 50 of ResNet-50.
  public let depth: Int
  /// Convolutions and fully connected layers in all, those of side branches included.
  public let layers: Int
  public let parameters: Int
  public let macs: Int
  public let flops: Int
  public let weightBytes: Int
  public let activationBytes: Int
  public let peakActivationBytes: Int
  /// What others measured, where they did.
  public let published: PublishedErrors?
  /// What this machine does, one image after the other on one thread, where that was measured.
  public var imagesPerSecond: Double?

  enum CodingKeys: String, CodingKey {
    case name, architecture, title, depth, layers, parameters, macs, flops, published
    case imagesPerSecond = "images_per_second"
    case inputShape = "input_shape"
    case weightBytes = "weight_bytes"
    case activationBytes = "activation_bytes"
    case peakActivationBytes = "peak_activation_bytes"
  }

  /// - Parameters:
  ///   - name: the network's, which is its architecture's, where not given.
  ///   - title: the network's name where not given.
  /// - Throws: `ShapeError` where a layer cannot take its input.
  public init(
    _ network: Network, name: String? = nil, title: String? = nil, published: PublishedErrors? = nil
  ) throws(ShapeError) {
    let summary = try NetworkSummary(of: network)
    self.name = name ?? network.name
    architecture = network.name
    self.title = title ?? network.name
    inputShape = summary.inputShape
    depth = network.depth
    layers = network.nodes.count(where: \.operator.traits.isWeighted)
    parameters = summary.totals.parameters
    macs = summary.totals.macs
    flops = summary.totals.flops
    weightBytes = summary.totals.weightBytes
    activationBytes = summary.totals.activationBytes
    peakActivationBytes = summary.totals.peakActivationBytes
    self.published = published
  }
}

/// Published error rates in percent.
public struct PublishedErrors: Codable, Hashable, Sendable {
  /// For example `ImageNet-1k`.
  public let dataset: String
  public let top1Error: Double?
  public let top5Error: Double?
  /// The paper's table, or the weights that were measured.
  public let source: String

  enum CodingKeys: String, CodingKey {
    case dataset, source
    case top1Error = "top1_error"
    case top5Error = "top5_error"
  }

  public init(dataset: String, top1Error: Double?, top5Error: Double?, source: String) {
    self.dataset = dataset
    self.top1Error = top1Error
    self.top5Error = top5Error
    self.source = source
  }
}

extension Network {
  fileprivate var depth: Int {
    var depths = [0]
    for (node, inputs) in zip(nodes, wiring.inputs) {
      let before = inputs.map { depths[$0] }.max() ?? 0
      depths.append(before + (node.operator.traits.isWeighted ? 1 : 0))
    }
    return depths[wiring.output]
  }
}
