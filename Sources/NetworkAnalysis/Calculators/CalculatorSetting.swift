import NetworkGraph

/// One layer with its attributes and the shape of its input, as a calculator takes it.
public enum CalculatorSetting: Hashable, Sendable {
  /// A convolution over feature maps, `C x H x W`.
  case convolution(Convolution, input: TensorShape)
  /// Max pooling over feature maps, `C x H x W`.
  case maxPooling(MaxPooling, input: TensorShape)
  /// Average pooling over feature maps, `C x H x W`.
  case averagePooling(AveragePooling, input: TensorShape)

  /// Name of the calculator for this layer: `convolution` or `pooling`.
  public var operation: String {
    switch self {
    case .convolution: "convolution"
    case .maxPooling, .averagePooling: "pooling"
    }
  }

  /// Shapes, counts and formulas of the layer.
  ///
  /// - Throws: `ShapeError` where the layer cannot take its input.
  public func result() throws(ShapeError) -> CalculatorResult {
    switch self {
    case .convolution(let convolution, let input): .convolution(try ConvolutionResult(convolution, input: input))
    case .maxPooling(let pooling, let input): .pooling(try PoolingResult(pooling, input: input))
    case .averagePooling(let pooling, let input): .pooling(try PoolingResult(pooling, input: input))
    }
  }

  var `operator`: Operator {
    switch self {
    case .convolution(let convolution, _): .convolution(convolution)
    case .maxPooling(let pooling, _): .maxPooling(pooling)
    case .averagePooling(let pooling, _): .averagePooling(pooling)
    }
  }

  var input: TensorShape {
    switch self {
    case .convolution(_, let input), .maxPooling(_, let input), .averagePooling(_, let input): input
    }
  }

  /// The URL query of a request that asks for this layer, such as `input=3x227x227&filters=96&kernel=11&stride=4`.
  ///
  /// Names come in a fixed order. Attributes with their default value are left out.
  public var query: String {
    parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  private typealias Parameter = (name: String, value: String)

  private var parameters: [Parameter] {
    switch self {
    case .convolution(let layer, let input):
      [("input", input.description), ("filters", "\(layer.outputChannels)")]
        + Self.window(layer.kernel, layer.stride, layer.padding, layer.dilation, usualStride: 1)
        + (layer.groups == 1 ? [] : [("groups", "\(layer.groups)")]) + (layer.hasBias ? [] : [("bias", "false")])
    case .maxPooling(let layer, let input):
      [("kind", "max"), ("input", input.description)]
        + Self.window(layer.kernel, layer.stride, layer.padding, layer.dilation, usualStride: layer.kernel)
        + (layer.ceilMode ? [("ceil", "true")] : [])
    case .averagePooling(let layer, let input):
      [("kind", "average"), ("input", input.description)]
        + Self.window(layer.kernel, layer.stride, layer.padding, 1, usualStride: layer.kernel)
        + (layer.ceilMode ? [("ceil", "true")] : [])
    }
  }

  private static func window(
    _ kernel: Size2D, _ stride: Size2D, _ padding: Padding, _ dilation: Size2D, usualStride: Size2D
  ) -> [Parameter] {
    [("kernel", text(kernel))] + (stride == usualStride ? [] : [("stride", text(stride))])
      + (padding == .none ? [] : [("padding", text(padding))]) + (dilation == 1 ? [] : [("dilation", text(dilation))])
  }

  private static func text(_ size: Size2D) -> String {
    size.height == size.width ? "\(size.height)" : size.description
  }

  private static func text(_ padding: Padding) -> String {
    switch padding {
    case .same: "same"
    case .edges(let edges):
      edges.top == edges.bottom && edges.left == edges.right
        ? text(Size2D(height: edges.top, width: edges.left))
        : "\(edges.top)x\(edges.left)x\(edges.bottom)x\(edges.right)"
    }
  }
}

/// The numbers that one calculator works out for a layer.
public enum CalculatorResult: Encodable, Hashable, Sendable {
  /// Shapes and costs of a convolution.
  case convolution(ConvolutionResult)
  /// Shapes and costs of max or average pooling.
  case pooling(PoolingResult)

  /// The layer as a row of a network's summary. Its batch is that of the input.
  public var layer: LayerSummary {
    switch self {
    case .convolution(let result): result.layer
    case .pooling(let result): result.layer
    }
  }

  /// The formula for the output's extent with all numbers filled in.
  public var formula: String {
    switch self {
    case .convolution(let result): result.formula
    case .pooling(let result): result.formula
    }
  }

  /// Encodes the fields of the result inside, without a wrapper.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .convolution(let result): try result.encode(to: encoder)
    case .pooling(let result): try result.encode(to: encoder)
    }
  }
}
