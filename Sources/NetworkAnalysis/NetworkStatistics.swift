import NetworkGraph

/// Where a network's parameters, arithmetic and memory are.
public struct NetworkStatistics: Codable, Hashable, Sendable {
  public let name: String
  /// Shape of one sample, without the batch.
  public let inputShape: [Int]
  public let totals: NetworkTotals
  /// One entry for each kind of operator, the most arithmetic first.
  public let byOperator: [OperatorStatistics]
  public let denseEquivalent: DenseEquivalent

  /// In the order of the names, as those of `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case byOperator = "by_operator"
    case denseEquivalent = "dense_equivalent"
    case inputShape = "input_shape"
    case name, totals
  }

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

/// All layers of one kind. Shares are between 0 and 1, and 0 where the total is 0.
public struct OperatorStatistics: Codable, Hashable, Sendable {
  /// For example `convolution`.
  public let operatorName: String
  /// How many layers are of this kind.
  public let layers: Int
  public let parameters: Int
  public let macs: Int
  public let activationBytes: Int
  public let parametersShare: Double
  public let macsShare: Double
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
