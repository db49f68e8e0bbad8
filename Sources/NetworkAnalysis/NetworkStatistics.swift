import NetworkGraph

/// The distribution of a network's parameters, arithmetic and memory over kinds of operators.
public struct NetworkStatistics: Codable, Hashable, Sendable {
  /// Name of the network.
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  /// Sums over all layers, for the whole batch.
  public let totals: NetworkTotals
  /// One row for each kind of operator: most multiply-accumulates first, then most parameters, then by name.
  public let byOperator: [OperatorStatistics]
  /// What the network's convolutions save against fully connected layers between the same maps.
  public let denseEquivalent: DenseEquivalent

  /// Sorted by name, as in `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case byOperator = "by_operator"
    case denseEquivalent = "dense_equivalent"
    case inputShape = "input_shape"
    case name, totals
  }

  /// Counts a network's operators.
  ///
  /// - Parameter input: any size, any batch; the network's own shape at batch 1 where not given.
  /// - Throws: `ShapeError` where a layer cannot take its input.
  public init(of network: Network, input: TensorShape? = nil) throws(ShapeError) {
    let summary = try NetworkSummary(of: network, input: input)
    let totals = summary.totals
    name = summary.name
    inputShape = summary.inputShape
    self.totals = totals
    byOperator = Dictionary(grouping: summary.layers, by: \.operatorName)
      .map { OperatorStatistics(operatorName: $0, layers: $1, totals: totals) }
      .sorted { ($1.macs, $1.parameters, $0.operatorName) < ($0.macs, $0.parameters, $1.operatorName) }
    denseEquivalent = DenseEquivalent(network: network, shapes: try network.inferShapes(input: input))
  }
}

/// Sums over all layers of one kind of operator. Shares are fractions in `0...1`, and 0 where the network's total is 0.
public struct OperatorStatistics: Codable, Hashable, Sendable {
  /// Name of the operator, for example `convolution`.
  public let operatorName: String
  /// Number of layers of this kind.
  public let layers: Int
  /// Learned weights and biases.
  public let parameters: Int
  /// Multiply-accumulates; 0 except for convolutions and fully connected layers.
  public let macs: Int
  /// Outputs of the layers in f32, in bytes, for the whole batch.
  public let activationBytes: Int
  /// Fraction of the network's parameters.
  public let parametersShare: Double
  /// Fraction of the network's multiply-accumulates.
  public let macsShare: Double
  /// Fraction of the network's bytes of outputs.
  public let activationBytesShare: Double

  enum CodingKeys: String, CodingKey {
    case layers, parameters, macs
    case operatorName = "operator"
    case activationBytes = "activation_bytes"
    case parametersShare = "parameters_share"
    case macsShare = "macs_share"
    case activationBytesShare = "activation_bytes_share"
  }

  init(operatorName: String, layers: [LayerSummary], totals: NetworkTotals) {
    func share(_ part: Int, of total: Int) -> Double {
      total == 0 ? 0 : Double(part) / Double(total)
    }
    self.operatorName = operatorName
    self.layers = layers.count
    parameters = layers.reduce(0) { $0 + $1.parameters }
    macs = layers.reduce(0) { $0 + $1.macs }
    activationBytes = layers.reduce(0) { $0 + $1.activationBytes }
    parametersShare = share(parameters, of: totals.parameters)
    macsShare = share(macs, of: totals.macs)
    activationBytesShare = share(activationBytes, of: totals.activationBytes)
  }
}
