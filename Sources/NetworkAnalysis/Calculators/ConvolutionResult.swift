import NetworkGraph

/// What a convolution makes of an input, and what it costs: worked out by the layer's own shape inference, so that nothing
/// here can differ from what a network says.
public struct ConvolutionResult: Encodable, Hashable, Sendable {
  public let layer: LayerSummary
  /// Whether it has biases.
  public let hasBias: Bool
  /// How the output's extent comes about, filled in.
  public let formula: String
  /// How the number of parameters comes about, filled in.
  public let parametersFormula: String
  /// How the number of multiply-accumulates comes about, filled in.
  public let macsFormula: String
  /// Beside a layer without shared weights, and one without windows either.
  public let dense: DenseComparison
  public let border: BorderEffect

  /// - Parameter input: `[C, H, W]`.
  /// - Throws: `ShapeError` where it cannot take the input.
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
  /// A network of one layer, which is called after its operator.
  static func single(_ operator: Operator, input: TensorShape) -> Network {
    let node = Node(`operator`.name, `operator`, inputs: [inputName])
    guard let network = try? Network(name: `operator`.name, inputShape: input, nodes: [node]) else {
      preconditionFailure("one layer behind the input is a network")
    }
    return network
  }
}
