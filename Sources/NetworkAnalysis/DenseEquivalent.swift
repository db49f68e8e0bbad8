import NetworkGraph

/// What convolutions save against fully connected layers between the same maps, split into the two ideas behind them
/// (Goodfellow, Bengio, Courville: Deep Learning, 2016, section 9.2). Counts saturate at `Int.max`.
public struct DenseEquivalent: Codable, Hashable, Sendable {
  /// One for each convolution, in order.
  public let layers: [DenseComparison]
  /// All convolutions together, under the name `total`.
  public let total: DenseComparison

  init(network: Network, shapes: NetworkShapes) {
    layers = zip(network.nodes, shapes.layers).compactMap { node, layer in
      guard case .convolution(let convolution) = node.operator else { return nil }
      return DenseComparison(name: node.name, convolution: convolution, shapes: layer)
    }
    total = DenseComparison(
      name: "total",
      parameters: layers.reduce(0) { saturatingSum($0, $1.parameters) },
      macs: layers.reduce(0) { saturatingSum($0, $1.macs) },
      locallyConnectedParameters: layers.reduce(0) { saturatingSum($0, $1.locallyConnectedParameters) },
      denseParameters: layers.reduce(0) { saturatingSum($0, $1.denseParameters) },
      denseMacs: layers.reduce(0) { saturatingSum($0, $1.denseMacs) })
  }
}

/// A convolution from `C x H x W` to `C' x H' x W'` beside the layers that it stands in for.
public struct DenseComparison: Codable, Hashable, Sendable {
  public let name: String
  /// The convolution's own: `C' (C K^2 / groups + 1)`.
  public let parameters: Int
  /// The convolution's own, and those of a locally connected layer: `H' W' C' C K^2 / groups`.
  public let macs: Int
  /// With the same windows but separate weights in every place: `H' W' C' (C K^2 / groups + 1)`.
  public let locallyConnectedParameters: Int
  /// With every output seeing every input: `(C H W + 1) (C' H' W')`.
  public let denseParameters: Int
  /// `(C H W) (C' H' W')`, for each sample.
  public let denseMacs: Int
  /// How many times fewer parameters sparse connectivity alone takes: dense over locally connected.
  public let sparseConnectivityFactor: Double
  /// How many times fewer again weight sharing takes: locally connected over convolution.
  public let weightSharingFactor: Double
  /// Both together: dense over convolution.
  public let parametersFactor: Double
  /// Dense multiply-accumulates over the convolution's; sharing weights saves none.
  public let macsFactor: Double

  /// In the order of the names, as those of `LayerSummary`.
  enum CodingKeys: String, CodingKey {
    case denseMacs = "dense_macs"
    case denseParameters = "dense_parameters"
    case locallyConnectedParameters = "locally_connected_parameters"
    case macs
    case macsFactor = "macs_factor"
    case name, parameters
    case parametersFactor = "parameters_factor"
    case sparseConnectivityFactor = "sparse_connectivity_factor"
    case weightSharingFactor = "weight_sharing_factor"
  }

  init(
    name: String, parameters: Int, macs: Int, locallyConnectedParameters: Int, denseParameters: Int, denseMacs: Int
  ) {
    self.name = name
    self.parameters = parameters
    self.macs = macs
    self.locallyConnectedParameters = locallyConnectedParameters
    self.denseParameters = denseParameters
    self.denseMacs = denseMacs
    sparseConnectivityFactor = ratio(denseParameters, locallyConnectedParameters)
    weightSharingFactor = ratio(locallyConnectedParameters, parameters)
    parametersFactor = ratio(denseParameters, parameters)
    macsFactor = ratio(denseMacs, macs)
  }

  init(name: String, convolution: Convolution, shapes: LayerShapes) {
    let (input, output) = (shapes.inputs[0], shapes.output)
    let parameters = convolution.parameters(for: shapes.inputs).reduce(0) { $0 + $1.count }
    let dense = saturatingProduct(input.elementsPerSample, output.elementsPerSample)
    self.init(
      name: name, parameters: parameters,
      macs: convolution.multiplyAccumulates(inputs: shapes.inputs, output: output),
      locallyConnectedParameters: saturatingProduct(parameters, output.spatial.area),
      denseParameters: saturatingSum(dense, convolution.hasBias ? output.elementsPerSample : 0),
      denseMacs: saturatingProduct(dense, output.batch))
  }
}

private func ratio(_ numerator: Int, _ denominator: Int) -> Double {
  denominator == 0 ? 0 : Double(numerator) / Double(denominator)
}

/// `a b`, or the largest `Int`; both must not be negative.
func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}

/// `a + b`, or the largest `Int`; both must not be negative.
private func saturatingSum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? .max : sum
}
