import NetworkGraph

/// Two or three ways to build a part of a network, side by side: what a choice costs and saves.
public struct SettingComparison: Encodable, Hashable, Sendable {
  /// Stable, for links.
  public let id: String
  public let title: BilingualText
  /// What can be learned from it.
  public let remark: BilingualText
  public let settings: [Side]

  /// One of the ways: layers one after the other.
  public struct Side: Encodable, Hashable, Sendable {
    public let label: BilingualText
    /// Which weights there are: those of a convolution, or what stands in its place between the same maps.
    public let connectivity: Connectivity
    /// The calculator of its first layer, and that layer's parameters.
    public let operation: String
    public let query: String
    public let layers: [Layer]
    public let totals: Totals
  }

  public enum Connectivity: String, CaseIterable, Codable, Sendable {
    /// Windows with the same weights everywhere.
    case shared
    /// Windows with weights of their own in each place.
    case local
    /// Every output sees every input.
    case dense
  }

  /// A layer and what its calculator answers.
  public struct Layer: Encodable, Hashable, Sendable {
    public let operation: String
    public let query: String
    public let result: CalculatorResult
  }

  /// All layers of a side together.
  public struct Totals: Encodable, Hashable, Sendable {
    public let activationBytes: Int
    public let macs: Int
    public let outputShape: [Int]
    public let parameters: Int
    public let receptiveField: ReceptiveField
    public let weightBytes: Int

    enum CodingKeys: String, CodingKey {
      case activationBytes = "activation_bytes"
      case macs
      case outputShape = "output_shape"
      case parameters
      case receptiveField = "receptive_field"
      case weightBytes = "weight_bytes"
    }
  }
}

/// A text in the languages of the page.
public struct BilingualText: Codable, Hashable, Sendable {
  public let en: String
  public let ko: String

  init(_ en: String, _ ko: String) { (self.en, self.ko) = (en, ko) }
}

extension SettingComparison.Side {
  /// - Parameter layers: each takes what the one before it gives; its own input counts for the first alone.
  init(
    _ label: BilingualText, _ layers: [CalculatorSetting], connectivity: SettingComparison.Connectivity = .shared
  ) throws {
    let results = try layers.map { try $0.result() }
    let nodes = layers.indices.map { index in
      Node("layer\(index + 1)", layers[index].operator, inputs: [index == 0 ? Network.inputName : "layer\(index)"])
    }
    let summary = try NetworkSummary(of: Network(name: label.en, inputShape: layers[0].input, nodes: nodes))
    self.label = label
    self.connectivity = connectivity
    (operation, query) = (layers[0].operation, layers[0].query)
    self.layers = zip(layers, results).map { .init(operation: $0.operation, query: $0.query, result: $1) }
    totals = SettingComparison.Totals(summary, results[0], connectivity)
  }
}

extension SettingComparison.Totals {
  /// - Parameter first: the only layer, where weights are not shared.
  fileprivate init(
    _ summary: NetworkSummary, _ first: CalculatorResult, _ connectivity: SettingComparison.Connectivity
  ) {
    let last = summary.layers[summary.layers.count - 1]
    (activationBytes, outputShape) = (summary.totals.activationBytes, last.outputShape)
    switch (connectivity, first) {
    case (.local, .convolution(let result)):
      (parameters, macs) = (result.dense.locallyConnectedParameters, result.dense.macs)
      receptiveField = last.receptiveField
    case (.dense, .convolution(let result)):
      (parameters, macs) = (result.dense.denseParameters, result.dense.denseMacs)
      receptiveField = .whole(summary.inputShape)
    case (.shared, _), (_, .pooling):
      (parameters, macs) = (summary.totals.parameters, summary.totals.macs)
      receptiveField = last.receptiveField
    }
    weightBytes = 4 * parameters
  }
}

extension ReceptiveField {
  /// Of an output that sees all of the input, and has no neighbours.
  fileprivate static func whole(_ input: [Int]) -> ReceptiveField {
    let extents = Array(input.suffix(2))
    return ReceptiveField(size: extents, jump: extents, start: extents.map { Double($0) / 2 })
  }
}
