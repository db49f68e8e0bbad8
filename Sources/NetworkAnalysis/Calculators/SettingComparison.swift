import NetworkGraph

/// Two or three ways to build the same part of a network, side by side. The numbers show what a choice costs and saves.
public struct SettingComparison: Encodable, Hashable, Sendable {
  /// Identifier for links, such as `bottleneck`. It does not change between versions.
  public let id: String
  /// The question that the comparison answers, as a heading.
  public let title: BilingualText
  /// The conclusion from the numbers, in one or two sentences.
  public let remark: BilingualText
  /// The ways that are compared, two or three.
  public let settings: [Side]

  /// One of the compared ways: one layer, or several layers in a row.
  public struct Side: Encodable, Hashable, Sendable {
    /// Short description of this way, such as `two 3x3`.
    public let label: BilingualText
    /// Which weights the first layer has. `local` and `dense` stand for a layer between the same maps as the
    /// convolution.
    public let connectivity: Connectivity
    /// Name of the calculator for the first layer: `convolution` or `pooling`.
    public let operation: String
    /// URL query that asks the calculator for the first layer.
    public let query: String
    /// The layers in order. Each takes the output of the layer before it.
    public let layers: [Layer]
    /// Costs of all layers together.
    public let totals: Totals
  }

  /// How the outputs of a layer are connected to its inputs (Goodfellow, Bengio, Courville: Deep Learning, 2016,
  /// section 9.2). Raw values are used in JSON.
  public enum Connectivity: String, CaseIterable, Codable, Sendable {
    /// A convolution: windows with the same weights in every place.
    case shared
    /// A locally connected layer: windows with weights of their own in every place.
    case local
    /// A fully connected layer: every output sees every input.
    case dense
  }

  /// One layer of a side, and the calculator's numbers for it.
  public struct Layer: Encodable, Hashable, Sendable {
    /// Name of the calculator: `convolution` or `pooling`.
    public let operation: String
    /// URL query that asks the calculator for this layer.
    public let query: String
    /// The calculator's shapes, counts and formulas.
    public let result: CalculatorResult
  }

  /// Costs of all layers of a side together, for a batch of 1.
  public struct Totals: Encodable, Hashable, Sendable {
    /// Outputs of all layers in f32, in bytes.
    public let activationBytes: Int
    /// Multiply-accumulates of all layers.
    public let macs: Int
    /// Shape of the last layer's output, `[C, H, W]`.
    public let outputShape: [Int]
    /// Weights and biases of all layers.
    public let parameters: Int
    /// Receptive field of one output of the last layer, in values of the first layer's input.
    public let receptiveField: ReceptiveField
    /// Weights and biases of all layers in f32, in bytes.
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

/// A text in the two languages of the web page. Field names are ISO 639-1 codes.
public struct BilingualText: Codable, Hashable, Sendable {
  /// The text in English.
  public let en: String
  /// The text in Korean.
  public let ko: String

  init(_ en: String, _ ko: String) { (self.en, self.ko) = (en, ko) }
}

extension SettingComparison.Side {
  /// - Parameter layers: each takes the output of the layer before it. The totals take only the first setting's input
  ///   shape.
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
  /// - Parameter first: the calculator's numbers for the first layer, which is the only one where weights are not
  ///   shared.
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
  /// The field of an output that sees the whole input and has no neighbours.
  fileprivate static func whole(_ input: [Int]) -> ReceptiveField {
    let extents = Array(input.suffix(2))
    return ReceptiveField(size: extents, jump: extents, start: extents.map { Double($0) / 2 })
  }
}
