import NetworkGraph

/// What each layer costs, in the order of computation.
public struct NetworkProfile: Codable, Hashable, Sendable {
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  public let layers: [LayerCost]
  public let totals: NetworkTotals
  /// All that was measured, in milliseconds; nil where nothing was.
  public let milliseconds: Double?

  enum CodingKeys: String, CodingKey {
    case inputShape = "input_shape"
    case layers, milliseconds, name, totals
  }

  /// - Parameters:
  ///   - input: any size, any batch; the network's own shape at batch 1 where not given.
  ///   - milliseconds: what was measured, by the names of the layers that it is counted for.
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

/// What one layer costs, for the whole batch.
public struct LayerCost: Codable, Hashable, Sendable {
  public let name: String
  public let operatorName: String
  /// Without the batch.
  public let outputShape: [Int]
  public let parameters: Int
  /// The learned parameters in f32.
  public let weightBytes: Int
  public let macs: Int
  /// The output in f32.
  public let activationBytes: Int
  /// With the layers that are computed in one go with it; nil where nothing was measured, or it is counted elsewhere.
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
