import NetworkGraph

/// The output shape, the parameters and the cost of one convolution.
///
/// The numbers come from the same shape inference and summary as those of a whole network, so both always agree.
public struct ConvolutionResult: Encodable, Hashable, Sendable {
  /// The convolution as a row of a network's summary.
  public let layer: LayerSummary
  /// Whether the layer adds a learned offset to each output channel.
  public let hasBias: Bool
  /// The formula for the output's extent with all numbers filled in: `(W - F + 2P) / S + 1 = …`. Two formulas, for
  /// height and width, where they differ.
  public let formula: String
  /// The formula for the number of parameters with all numbers filled in: `N (C K² + 1) = …`.
  public let parametersFormula: String
  /// The formula for the number of multiply-accumulates with all numbers filled in: `N H' W' C K² = …`.
  public let macsFormula: String
  /// The convolution beside a locally connected layer, whose weights are not shared, and beside a fully connected
  /// layer.
  public let dense: DenseComparison
  /// The effect of the convolution's padding at the border.
  public let border: BorderEffect

  /// Works out a convolution.
  ///
  /// - Parameter input: shape of the input, `C x H x W`, and its batch.
  /// - Throws: `ShapeError` where the convolution cannot take the input.
  public init(_ convolution: Convolution, input: TensorShape) throws(ShapeError) {
    let network = Network.single(.convolution(convolution), input: input)
    layer = try NetworkSummary(of: network).layers[0]
    dense = try NetworkStatistics(of: network).denseEquivalent.layers[0]
    hasBias = convolution.hasBias
    let output = TensorShape(layer.outputShape)
    let window = convolution.resolvedWindow(for: input)
    border = BorderEffect(window, input: input.spatial, output: output.spatial, ceilMode: false)
    formula = ExtentFormula.text(window, input: input.spatial, output: output.spatial, ceilMode: false)
    (parametersFormula, macsFormula) = Self.formulas(convolution, layer, input, output)
  }

  private static func formulas(
    _ convolution: Convolution, _ layer: LayerSummary, _ input: TensorShape, _ output: TensorShape
  ) -> (parameters: String, macs: String) {
    let (kernel, groups) = (convolution.kernel, convolution.groups)
    let share = groups == 1 ? "" : " / \(groups)"
    let symbols = "C K²" + (groups == 1 ? "" : " / G")
    let product = "\(input.channels) × \(kernel.height) × \(kernel.width)" + share
    let (symbolic, filled) = convolution.hasBias ? ("(\(symbols) + 1)", "(\(product) + 1)") : (symbols, product)
    let map = "\(output.spatial.height) × \(output.spatial.width)"
    return (
      "N \(symbolic) = \(convolution.outputChannels) × \(filled) = \(NumberFormat.grouped(layer.parameters))",
      "N H' W' \(symbols) = \(convolution.outputChannels) × \(map) × \(product) = \(NumberFormat.grouped(layer.macs))"
    )
  }

  enum CodingKeys: String, CodingKey {
    case activationBytes = "activation_bytes"
    case bias, biases
    case denseMacs = "dense_macs"
    case denseParameters = "dense_parameters"
    case dilation, flops, formula, groups
    case inputShape = "input_shape"
    case kernel
    case locallyConnectedParameters = "locally_connected_parameters"
    case macs
    case macsFormula = "macs_formula"
    case outputShape = "output_shape"
    case padding
    case paddingSaves = "padding_saves"
    case parameters
    case parametersFactor = "parameters_factor"
    case parametersFormula = "parameters_formula"
    case receptiveField = "receptive_field"
    case sparseConnectivityFactor = "sparse_connectivity_factor"
    case stride
    case weightBytes = "weight_bytes"
    case weightSharingFactor = "weight_sharing_factor"
    case weights
  }

  /// Encodes all fields at one level, in the order of their names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layer.activationBytes, forKey: .activationBytes)
    try container.encode(hasBias, forKey: .bias)
    try container.encode(layer.biases, forKey: .biases)
    try container.encode(dense.denseMacs, forKey: .denseMacs)
    try container.encode(dense.denseParameters, forKey: .denseParameters)
    try container.encode(layer.dilation, forKey: .dilation)
    try container.encode(layer.flops, forKey: .flops)
    try container.encode(formula, forKey: .formula)
    try container.encode(layer.groups, forKey: .groups)
    try container.encode(layer.inputShapes[0], forKey: .inputShape)
    try container.encode(layer.kernel, forKey: .kernel)
    try container.encode(dense.locallyConnectedParameters, forKey: .locallyConnectedParameters)
    try container.encode(layer.macs, forKey: .macs)
    try container.encode(macsFormula, forKey: .macsFormula)
    try container.encode(layer.outputShape, forKey: .outputShape)
    try container.encode(layer.padding, forKey: .padding)
    try container.encode(border, forKey: .paddingSaves)
    try container.encode(layer.parameters, forKey: .parameters)
    try container.encode(dense.parametersFactor, forKey: .parametersFactor)
    try container.encode(parametersFormula, forKey: .parametersFormula)
    try container.encode(layer.receptiveField, forKey: .receptiveField)
    try container.encode(dense.sparseConnectivityFactor, forKey: .sparseConnectivityFactor)
    try container.encode(layer.stride, forKey: .stride)
    try container.encode(layer.weightBytes, forKey: .weightBytes)
    try container.encode(dense.weightSharingFactor, forKey: .weightSharingFactor)
    try container.encode(layer.weights, forKey: .weights)
  }
}

extension Network {
  /// A network of one layer, which has the name of its operator.
  static func single(_ operator: Operator, input: TensorShape) -> Network {
    let node = Node(`operator`.name, `operator`, inputs: [inputName])
    guard let network = try? Network(name: `operator`.name, inputShape: input, nodes: [node]) else {
      preconditionFailure("one layer behind the input is a network")
    }
    return network
  }
}
