import NetworkGraph

/// Compiler pass: gives each convolution on maps in blocks the algorithm that costs least, as far as all packed weights
/// together fit into their budget.
///
/// - Throws: `AlgorithmError` where the cost model asks for an algorithm that does not apply.
func chooseAlgorithms(
  _ network: LoweredNetwork, memory: MemoryPlan, maximumBatch: Int, costs: any AlgorithmCosts
) throws(AlgorithmError) -> LoweredNetwork {
  var network = network
  var places: [Int] = []
  var options: [[AlgorithmOption]] = []
  for (index, layer) in network.layers.enumerated() {
    guard case .convolution(let convolution) = layer.operation, layer.outputLayout != .planar else { continue }
    let batch = memory.maximumBatch(layer: index, of: maximumBatch)
    let problem = ConvolutionProblem(layer, convolution, maximumBatch: batch)
    places.append(index)
    options.append(
      try costs.options(
        for: SelectableConvolution(layer: layer.name, problem: problem, weights: convolution.weights)))
  }
  let budget = WeightBudget.bytes(for: network, smallest: options)
  for (index, candidate) in zip(places, cheapest(options, weightBudget: budget)) {
    network.layers[index].algorithm = candidate
  }
  return network
}

/// How many bytes the packed weights of convolutions may take.
private enum WeightBudget {
  /// What all packed weights may take in any network.
  private static let smallest = 170_000_000
  /// And how many times the network's own weights, where that is more.
  private static let factor = 1.35

  /// Beside what the other layers need. A direct convolution's weights are about as many as the network's own.
  static func bytes(for network: LoweredNetwork, smallest options: [[AlgorithmOption]]) -> Int {
    let all = network.layers.reduce(0) { $0 + $1.weightCount } * MemoryLayout<Float>.stride
    let plain = options.reduce(0) { $0 + $1.map(\.weightBytes).min()! }
    return max(smallest, Int(factor * Double(all))) - all + plain
  }
}

/// The cheapest option of each layer, as far as all packed weights together fit into `weightBudget` bytes.
///
/// Transformed kernels are up to nine times as large as plain ones. Where all together are too large, the layer that
/// loses the least time for each byte takes a smaller one, until they fit or are as small as can be.
func cheapest(_ layers: [[AlgorithmOption]], weightBudget: Int) -> [AlgorithmCandidate] {
  var chosen = layers.map { options in options.min { $0.cost < $1.cost }! }
  var total = chosen.reduce(0) { $0 + $1.weightBytes }
  while total > weightBudget {
    let replacements = layers.enumerated().flatMap { layer, options in
      options.filter { $0.weightBytes < chosen[layer].weightBytes }.map { (layer: layer, option: $0) }
    }
    func costPerByte(_ layer: Int, _ option: AlgorithmOption) -> Double {
      (option.cost - chosen[layer].cost) / Double(chosen[layer].weightBytes - option.weightBytes)
    }
    guard
      let (layer, option) = replacements.min(by: {
        costPerByte($0.layer, $0.option) < costPerByte($1.layer, $1.option)
      })
    else { break }
    total += option.weightBytes - chosen[layer].weightBytes
    chosen[layer] = option
  }
  return chosen.map(\.candidate)
}
