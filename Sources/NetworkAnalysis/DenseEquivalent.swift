import NetworkGraph

/// What convolutions save against fully connected layers between the same maps. The saving is split into sparse
/// connectivity and weight sharing (Goodfellow, Bengio, Courville: Deep Learning, 2016, section 9.2). Counts saturate
/// at `Int.max`.
public struct DenseEquivalent: Codable, Hashable, Sendable {
  /// One comparison for each convolution, in the order of the layers.
  public let layers: [DenseComparison]
  /// Sums over all convolutions, under the name `total`.
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

/// A convolution from `C x H x W` to `C' x H' x W'`, beside a locally connected and a fully connected layer between the
/// same maps. Counts are for the whole batch and saturate at `Int.max`.
public struct DenseComparison: Codable, Hashable, Sendable {
  /// Name of the convolution, or `total`.
  public let name: String
  /// Parameters of the convolution: `C' (C K^2 / groups + 1)`, the 1 for its bias.
  public let parameters: Int
  /// Multiply-accumulates of the convolution, and equally of a locally connected layer: `H' W' C' C K^2 / groups` for
  /// each sample.
  public let macs: Int
  /// Parameters of a layer with the same windows but separate weights in every place: `H' W' C' (C K^2 / groups + 1)`.
  public let locallyConnectedParameters: Int
  /// Parameters of a layer in which every output sees every input: `(C H W + 1) (C' H' W')`, the 1 for its bias.
  public let denseParameters: Int
  /// Multiply-accumulates of the fully connected layer: `(C H W) (C' H' W')` for each sample.
  public let denseMacs: Int
  /// Factor of parameters that sparse connectivity alone saves: `denseParameters / locallyConnectedParameters`.
  public let sparseConnectivityFactor: Double
  /// Factor of parameters that weight sharing saves in addition: `locallyConnectedParameters / parameters`.
  public let weightSharingFactor: Double
  /// Factor of parameters that both save together: `denseParameters / parameters`.
  public let parametersFactor: Double
  /// Factor of multiply-accumulates that sparse connectivity saves: `denseMacs / macs`. Sharing weights saves none.
  public let macsFactor: Double

  /// Sorted by name, as in `LayerSummary`.
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
