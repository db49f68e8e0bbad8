import NetworkGraph

/// What pooling makes of an input: worked out by the layer's own shape inference, as `ConvolutionResult` is.
public struct PoolingResult: Encodable, Hashable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case max, average
  }

  public let kind: Kind
  public let layer: LayerSummary
  /// Whether a last, partial window counts.
  public let ceilMode: Bool
  /// How the output's extent comes about, filled in.
  public let formula: String
  /// Comparisons (max) or additions (average) that all windows take together, at most; `Int.max` beyond that.
  public let operations: Int
  public let border: BorderEffect

  /// - Throws: `ShapeError` where it cannot take the input.
  public init(_ pooling: MaxPooling, input: TensorShape) throws(ShapeError) {
    try self.init(
      .max, .maxPooling(pooling), pooling.resolvedWindow(for: input), input: input, ceilMode: pooling.ceilMode)
  }

  /// - Throws: `ShapeError` where it cannot take the input.
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
