import NetworkGraph

/// One row of a network's summary: a layer with its shapes, attributes and costs. Shapes leave out the batch; counts
/// and bytes are for the whole batch.
public struct LayerSummary: Codable, Hashable, Sendable {
  /// Name of the layer, such as `layer1.0.conv1`.
  public let name: String
  /// Name of the layer's operator, for example `convolution`.
  public let operatorName: String
  /// Names of the layers whose outputs the layer takes, or `input`.
  public let inputs: [String]
  /// Shapes of the values that the layer takes, in the order of `inputs`: `[C, H, W]` or `[F]`.
  public let inputShapes: [[Int]]
  /// Shape of the layer's output: `[C, H, W]` or `[F]`.
  public let outputShape: [Int]
  /// Height and width of the window; `nil` for operators other than convolution, max pooling and average pooling.
  public let kernel: [Int]?
  /// Vertical and horizontal distance between windows; `nil` where `kernel` is.
  public let stride: [Int]?
  /// Rows above, columns left, rows below, columns right, with `SAME` padding resolved; `nil` where `kernel` is.
  public let padding: [Int]?
  /// Vertical and horizontal distance between the values of a window; `nil` where `kernel` is.
  public let dilation: [Int]?
  /// Number of groups of a convolution; `nil` for other operators.
  public let groups: Int?
  /// Number of learned factors. A tensor that layers share counts for the first of them only.
  public let weights: Int
  /// Number of learned offsets.
  public let biases: Int
  /// `weights + biases`, for a convolution `N (C K^2 / groups + 1)`. Running statistics of batch normalisation do not
  /// count.
  public let parameters: Int
  /// Multiply-accumulates of convolutions and fully connected layers; 0 for other operators, as in the papers.
  public let macs: Int
  /// Floating-point operations: two for each multiply-accumulate.
  public let flops: Int
  /// Size of the output in f32, in bytes.
  public let activationBytes: Int
  /// Size of the learned parameters in f32: four bytes each.
  public let weightBytes: Int
  /// The part of the network's input that one output value of the layer sees.
  public let receptiveField: ReceptiveField

  /// Sorted by name, as JSON is sent. The encoder then need not sort the hundreds of rows of a summary.
  enum CodingKeys: String, CodingKey {
    case activationBytes = "activation_bytes"
    case biases, dilation, flops, groups
    case inputShapes = "input_shapes"
    case inputs, kernel, macs, name
    case operatorName = "operator"
    case outputShape = "output_shape"
    case padding, parameters
    case receptiveField = "receptive_field"
    case stride
    case weightBytes = "weight_bytes"
    case weights
  }
}

extension LayerSummary {
  /// - Parameter parameters: the layer's tensors, without tensors that an earlier layer shares with it.
  init(
    node: Node, shapes: LayerShapes, parameters: [ParameterDeclaration], receptiveField: ReceptiveField
  ) {
    let definition = node.operator.definition
    let weights = parameters.filter { $0.role.kind == .weight }.reduce(0) { $0 + $1.count }
    let biases = parameters.filter { $0.role.kind == .bias }.reduce(0) { $0 + $1.count }
    let macs = definition.multiplyAccumulates(inputs: shapes.inputs, output: shapes.output)
    let window = Self.slidingWindow(of: node.operator, over: shapes.inputs)
    self.init(
      name: node.name, operatorName: node.operator.name, inputs: node.inputs,
      inputShapes: shapes.inputs.map(\.dimensions), outputShape: shapes.output.dimensions,
      kernel: window?.kernel.pair, stride: window?.stride.pair, padding: window?.padding.edges,
      dilation: window?.dilation.pair, groups: Self.groups(of: node.operator),
      weights: weights, biases: biases, parameters: weights + biases, macs: macs, flops: 2 * macs,
      activationBytes: 4 * shapes.output.elements, weightBytes: 4 * (weights + biases),
      receptiveField: receptiveField)
  }

  private static func slidingWindow(of operator: Operator, over inputs: [TensorShape]) -> Window? {
    `operator`.traits.hasChosenWindow ? `operator`.definition.window(for: inputs[0]) : nil
  }

  private static func groups(of operator: Operator) -> Int? {
    if case .convolution(let convolution) = `operator` { convolution.groups } else { nil }
  }
}

extension Size2D {
  fileprivate var pair: [Int] { [height, width] }
}

extension EdgePadding {
  fileprivate var edges: [Int] { [top, left, bottom, right] }
}
