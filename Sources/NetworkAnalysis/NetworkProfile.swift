import NetworkGraph

/// The cost of each layer of a network, in the order of computation: memory, parameters, arithmetic and, where
/// measured, time.
public struct NetworkProfile: Codable, Hashable, Sendable {
  /// Name of the network.
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  /// One row for each layer, in the order of `Network.nodes`.
  public let layers: [LayerCost]
  /// Sums over all layers, for the whole batch.
  public let totals: NetworkTotals
  /// Sum of all measured times in milliseconds; `nil` where nothing was measured.
  public let milliseconds: Double?

  enum CodingKeys: String, CodingKey {
    case inputShape = "input_shape"
    case layers, milliseconds, name, totals
  }

  /// Makes a profile from a network and, where there are any, measured times.
  ///
  /// - Parameters:
  ///   - input: any size, any batch; the network's own shape at batch 1 where not given.
  ///   - milliseconds: measured times by the name of the layer that each is counted for; `nil` where nothing was
  ///     measured.
  /// - Throws: `ShapeError` where a layer cannot take its input.
  public init(
    of network: Network, input: TensorShape? = nil, milliseconds: [String: Double]? = nil
  ) throws(ShapeError) {
    let summary = try NetworkSummary(of: network, input: input)
    name = summary.name
    inputShape = summary.inputShape
    layers = summary.layers.map { LayerCost($0, milliseconds: milliseconds?[$0.name]) }
    totals = summary.totals
    self.milliseconds = milliseconds.map { $0.values.reduce(0, +) }
  }
}

/// The cost of one layer, for the whole batch.
public struct LayerCost: Codable, Hashable, Sendable {
  /// Name of the layer.
  public let name: String
  /// Name of the layer's operator, for example `convolution`.
  public let operatorName: String
  /// Shape of the layer's output, without the batch.
  public let outputShape: [Int]
  /// Learned weights and biases. A tensor that layers share counts for the first of them only.
  public let parameters: Int
  /// Size of the learned parameters in f32, in bytes.
  public let weightBytes: Int
  /// Multiply-accumulates of convolutions and fully connected layers; 0 for other operators.
  public let macs: Int
  /// Size of the output in f32, in bytes.
  public let activationBytes: Int
  /// Measured time in milliseconds, together with the layers that are fused with this one. `nil` where nothing was
  /// measured, or where the time is counted for another layer.
  public let milliseconds: Double?

  enum CodingKeys: String, CodingKey {
    case activationBytes = "activation_bytes"
    case macs, milliseconds, name
    case operatorName = "operator"
    case outputShape = "output_shape"
    case parameters
    case weightBytes = "weight_bytes"
  }

  init(_ layer: LayerSummary, milliseconds: Double?) {
    name = layer.name
    operatorName = layer.operatorName
    outputShape = layer.outputShape
    parameters = layer.parameters
    weightBytes = layer.weightBytes
    macs = layer.macs
    activationBytes = layer.activationBytes
    self.milliseconds = milliseconds
  }
}
