import NetworkGraph

/// One layer and its input, as the calculators take them.
public enum CalculatorSetting: Hashable, Sendable {
  case convolution(Convolution, input: TensorShape)
  case maxPooling(MaxPooling, input: TensorShape)
  case averagePooling(AveragePooling, input: TensorShape)

  /// `convolution` or `pooling`: the calculator.
  public var operation: String {
    switch self {
    case .convolution: "convolution"
    case .maxPooling, .averagePooling: "pooling"
    }
  }

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

  /// The parameters of a request for it, in a fixed order; what is as it is without them is left out.
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

/// What one of the calculators answers.
public enum CalculatorResult: Encodable, Hashable, Sendable {
  case convolution(ConvolutionResult)
  case pooling(PoolingResult)

  public var layer: LayerSummary {
    switch self {
    case .convolution(let result): result.layer
    case .pooling(let result): result.layer
    }
  }

  public var formula: String {
    switch self {
    case .convolution(let result): result.formula
    case .pooling(let result): result.formula
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .convolution(let result): try result.encode(to: encoder)
    case .pooling(let result): try result.encode(to: encoder)
    }
  }
}
