import NetworkGraph

/// What a network consists of, layer by layer, and what it costs.
public struct NetworkSummary: Codable, Hashable, Sendable {
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  public let layers: [LayerSummary]
  public let totals: NetworkTotals

  /// In the order of the names, as those of `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case inputShape = "input_shape"
    case layers, name, totals
  }

  /// - Parameter input: any size, any batch; the network's own shape at batch 1 where not given.
  /// - Throws: `ShapeError` where a layer cannot take its input, or where layers disagree about a tensor they share.
  public init(of network: Network, input: TensorShape? = nil) throws(ShapeError) {
    let shapes = try network.inferShapes(input: input)
    let parameters = try network.parametersByLayer(shapes: shapes)
    let fields = network.receptiveFields(shapes: shapes)
    name = network.name
    inputShape = shapes.input.dimensions
    layers = network.nodes.indices.map {
      LayerSummary(
        node: network.nodes[$0], shapes: shapes.layers[$0], parameters: parameters[$0], receptiveField: fields[$0])
    }
    totals = NetworkTotals(
      batch: shapes.input.batch, layers: layers,
      peakActivationBytes: peakActivationBytes(of: network, shapes: shapes))
  }
}

/// Sums over the layers of a network, for the whole batch.
public struct NetworkTotals: Codable, Hashable, Sendable {
  /// Number of samples that the counts are for.
  public let batch: Int
  /// Learned parameters; running statistics do not count.
  public let parameters: Int
  /// Multiply-accumulates of convolutions and fully connected layers.
  public let macs: Int
  /// Two for each multiply-accumulate.
  public let flops: Int
  /// Learned parameters in f32: four bytes each.
  public let weightBytes: Int
  /// Outputs of all layers in f32, as if none were ever freed.
  public let activationBytes: Int
  /// The most that tensors alive at one time take in f32: see `peakActivationBytes(of:shapes:)`.
  public let peakActivationBytes: Int

  enum CodingKeys: String, CodingKey {
    case batch, parameters, macs, flops
    case weightBytes = "weight_bytes"
    case activationBytes = "activation_bytes"
    case peakActivationBytes = "peak_activation_bytes"
  }

  init(batch: Int, layers: [LayerSummary], peakActivationBytes: Int) {
    self.batch = batch
    parameters = layers.reduce(0) { $0 + $1.parameters }
    macs = layers.reduce(0) { $0 + $1.macs }
    flops = layers.reduce(0) { $0 + $1.flops }
    weightBytes = layers.reduce(0) { $0 + $1.weightBytes }
    activationBytes = layers.reduce(0) { $0 + $1.activationBytes }
    self.peakActivationBytes = peakActivationBytes
  }
}
