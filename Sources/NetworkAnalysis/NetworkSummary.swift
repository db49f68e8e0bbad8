import NetworkGraph

/// The layers of a network with their shapes and costs, and the sums over all of them.
public struct NetworkSummary: Codable, Hashable, Sendable {
  /// Name of the network.
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  /// One row for each layer, in the order of `Network.nodes`.
  public let layers: [LayerSummary]
  /// Sums over all layers, for the whole batch.
  public let totals: NetworkTotals

  /// Sorted by name, as in `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case inputShape = "input_shape"
    case layers, name, totals
  }

  /// Summarises a network layer by layer.
  ///
  /// - Parameter input: any size, any batch; the network's own shape at batch 1 where not given.
  /// - Throws: `ShapeError` where a layer cannot take its input, or where layers disagree about the shape of a tensor
  ///   that they share.
  /// - Complexity: linear in the number of layers and their inputs.
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
  /// Number of samples in the batch that counts and bytes are for.
  public let batch: Int
  /// Learned weights and biases. Running statistics of batch normalisation do not count.
  public let parameters: Int
  /// Multiply-accumulates of convolutions and fully connected layers.
  public let macs: Int
  /// Floating-point operations: two for each multiply-accumulate.
  public let flops: Int
  /// Learned parameters in f32: four bytes each.
  public let weightBytes: Int
  /// Outputs of all layers in f32, in bytes, as if none were ever freed.
  public let activationBytes: Int
  /// Most bytes of f32 values that are alive at one time, as `peakActivationBytes(of:shapes:)` counts them.
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
