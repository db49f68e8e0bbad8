import NetworkGraph

/// One row of a network's summary. Shapes leave out the batch; counts and bytes are for the whole batch.
public struct LayerSummary: Codable, Hashable, Sendable {
  public let name: String
  /// For example `convolution`.
  public let operatorName: String
  /// Names of the layers it takes, or `input`.
  public let inputs: [String]
  public let inputShapes: [[Int]]
  public let outputShape: [Int]
  /// Height and width; `nil` for operators without a sliding window.
  public let kernel: [Int]?
  public let stride: [Int]?
  /// Top, left, bottom, right, with `SAME` worked out.
  public let padding: [Int]?
  public let dilation: [Int]?
  /// Convolutions only.
  public let groups: Int?
  /// Learned factors.
  public let weights: Int
  /// Learned offsets.
  public let biases: Int
  /// Weights and biases: `N (C K^2 / groups + 1)` for a convolution. Running statistics do not count.
  public let parameters: Int
  /// Multiply-accumulates of convolutions and fully connected layers; 0 for others, as in the papers.
  public let macs: Int
  /// Two for each multiply-accumulate.
  public let flops: Int
  /// The output in f32.
  public let activationBytes: Int
  /// The learned parameters in f32: four bytes each.
  public let weightBytes: Int
  public let receptiveField: ReceptiveField

  /// In the order of the names, in which JSON is sent: so there is nothing to sort in the hundreds of rows of a summary.
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
  /// - Parameter parameters: the layer's tensors without those that an earlier layer shares with it.
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
