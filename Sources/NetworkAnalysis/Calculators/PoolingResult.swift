import NetworkGraph

/// The output shape and the cost of one pooling layer, from the same shape inference as a whole network's.
public struct PoolingResult: Encodable, Hashable, Sendable {
  /// The value that pooling takes from a window. Raw values are used in JSON.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// `max` is the window's largest value, `average` its mean.
    case max, average
  }

  /// Whether the layer takes the largest value or the mean.
  public let kind: Kind
  /// The pooling layer as a row of a network's summary.
  public let layer: LayerSummary
  /// Whether the output's extent is rounded up, so that a last, partial window counts.
  public let ceilMode: Bool
  /// The formula for the output's extent with all numbers filled in: `(W - F + 2P) / S + 1 = …`. Two formulas, for
  /// height and width, where they differ.
  public let formula: String
  /// Number of comparisons (max) or additions (average) over all windows of the batch, counted as if every window were
  /// full. It saturates at `Int.max`.
  public let operations: Int
  /// The effect of the pooling's padding at the border.
  public let border: BorderEffect

  /// Works out max pooling.
  ///
  /// - Parameter input: shape of the input, `C x H x W`, and its batch.
  /// - Throws: `ShapeError` where the layer cannot take the input.
  public init(_ pooling: MaxPooling, input: TensorShape) throws(ShapeError) {
    try self.init(
      .max, .maxPooling(pooling), pooling.resolvedWindow(for: input), input: input, ceilMode: pooling.ceilMode)
  }

  /// Works out average pooling.
  ///
  /// - Parameter input: shape of the input, `C x H x W`, and its batch.
  /// - Throws: `ShapeError` where the layer cannot take the input.
  public init(_ pooling: AveragePooling, input: TensorShape) throws(ShapeError) {
    try self.init(
      .average, .averagePooling(pooling), pooling.resolvedWindow(for: input), input: input,
      ceilMode: pooling.ceilMode)
  }

  private init(
    _ kind: Kind, _ operator: Operator, _ window: @autoclosure () -> Window, input: TensorShape, ceilMode: Bool
  ) throws(ShapeError) {
    layer = try NetworkSummary(of: .single(`operator`, input: input)).layers[0]
    let (window, output) = (window(), TensorShape(layer.outputShape))
    self.kind = kind
    self.ceilMode = ceilMode
    formula = ExtentFormula.text(window, input: input.spatial, output: output.spatial, ceilMode: ceilMode)
    operations = saturatingProduct(output.elements, window.kernel.area - 1)
    border = BorderEffect(window, input: input.spatial, output: output.spatial, ceilMode: ceilMode)
  }

  enum CodingKeys: String, CodingKey {
    case activationBytes = "activation_bytes"
    case ceil, dilation, formula
    case inputShape = "input_shape"
    case kernel, kind, macs, operations
    case outputShape = "output_shape"
    case padding
    case paddingSaves = "padding_saves"
    case parameters
    case receptiveField = "receptive_field"
    case stride
  }

  /// Encodes all fields at one level, in the order of their names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layer.activationBytes, forKey: .activationBytes)
    try container.encode(ceilMode, forKey: .ceil)
    try container.encode(layer.dilation, forKey: .dilation)
    try container.encode(formula, forKey: .formula)
    try container.encode(layer.inputShapes[0], forKey: .inputShape)
    try container.encode(layer.kernel, forKey: .kernel)
    try container.encode(kind, forKey: .kind)
    try container.encode(layer.macs, forKey: .macs)
    try container.encode(operations, forKey: .operations)
    try container.encode(layer.outputShape, forKey: .outputShape)
    try container.encode(layer.padding, forKey: .padding)
    try container.encode(border, forKey: .paddingSaves)
    try container.encode(layer.parameters, forKey: .parameters)
    try container.encode(layer.receptiveField, forKey: .receptiveField)
    try container.encode(layer.stride, forKey: .stride)
  }
}
