import NetworkGraph

/// Several networks side by side, in the order given.
public struct NetworkComparison: Codable, Hashable, Sendable {
  /// One row for each network.
  public let networks: [ComparedNetwork]
  let plot: ComparisonPlot

  /// Puts rows side by side. Names may repeat.
  ///
  /// - Parameter plot: the horizontal axis of the comparison's picture. It is not part of the JSON.
  public init(_ networks: [ComparedNetwork], plot: ComparisonPlot = .operations) {
    self.networks = networks
    self.plot = plot
  }

  enum CodingKeys: String, CodingKey { case networks }

  /// Decodes the rows. The picture of a decoded comparison has multiply-accumulates as its horizontal axis.
  ///
  /// - Throws: `DecodingError` where `networks` is missing, or a row of it is not a `ComparedNetwork`.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.container(keyedBy: CodingKeys.self).decode([ComparedNetwork].self, forKey: .networks))
  }
}

/// The horizontal axis of a comparison's picture. The vertical axis is always the published accuracy.
public enum ComparisonPlot: String, CaseIterable, Sendable {
  /// Multiply-accumulates of one image.
  case operations
  /// Images per second on this machine, on one thread. Networks that were not measured are left out of the picture.
  case throughput
}

/// One network of a comparison. All counts and bytes are for a batch of 1.
public struct ComparedNetwork: Codable, Hashable, Sendable {
  /// Name of the model where the row stands for a loaded model, else of the architecture.
  public let name: String
  /// Name of the architecture, for example `resnet50`.
  public let architecture: String
  /// Name as papers write it, for example `ResNet-50`.
  public let title: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  /// Number of convolutions and fully connected layers on the longest path from input to output. By the papers' count
  /// it is the 50 of ResNet-50.
  public let depth: Int
  /// Number of all convolutions and fully connected layers, side branches included.
  public let layers: Int
  /// Learned weights and biases.
  public let parameters: Int
  /// Multiply-accumulates of convolutions and fully connected layers.
  public let macs: Int
  /// Floating-point operations: two for each multiply-accumulate.
  public let flops: Int
  /// Learned parameters in f32, in bytes.
  public let weightBytes: Int
  /// Outputs of all layers in f32, in bytes, as if none were ever freed.
  public let activationBytes: Int
  /// Most bytes of f32 values that are alive at one time, as `peakActivationBytes(of:shapes:)` counts them.
  public let peakActivationBytes: Int
  /// Error rates that others have published; `nil` where none are known.
  public let published: PublishedErrors?
  /// Throughput on this machine with batches of one image on one thread; `nil` where it was not measured.
  public var imagesPerSecond: Double?

  enum CodingKeys: String, CodingKey {
    case name, architecture, title, depth, layers, parameters, macs, flops, published
    case imagesPerSecond = "images_per_second"
    case inputShape = "input_shape"
    case weightBytes = "weight_bytes"
    case activationBytes = "activation_bytes"
    case peakActivationBytes = "peak_activation_bytes"
  }

  /// Summarises one network.
  ///
  /// - Parameters:
  ///   - name: a name for the row; the network's where not given.
  ///   - title: the name as papers write it; the network's where not given.
  ///   - published: error rates that others have published.
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

/// Error rates that somebody else measured and published, in percent (`0...100`).
public struct PublishedErrors: Codable, Hashable, Sendable {
  /// The data set that was classified, for example `ImageNet-1k`.
  public let dataset: String
  /// Share of samples whose most probable class is wrong, in percent; `nil` where not published.
  public let top1Error: Double?
  /// Share of samples whose five most probable classes are all wrong, in percent; `nil` where not published.
  public let top5Error: Double?
  /// Where the numbers come from: the paper's table, or the weights that were measured.
  public let source: String

  enum CodingKeys: String, CodingKey {
    case dataset, source
    case top1Error = "top1_error"
    case top5Error = "top5_error"
  }

  /// Published error rates. Both are percentages, not fractions.
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
