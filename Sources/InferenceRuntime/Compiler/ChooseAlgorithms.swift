/// One way to compute a layer, and what it costs.
struct AlgorithmOption {
  let candidate: AlgorithmCandidate
  let nanoseconds: Double
  let weightBytes: Int
  /// How often the weights are read in the time: what of a batch a sample accounts for.
  var weightReads = 1.0

  /// Time, and what weights cost beyond it: they were timed alone, and are read while others use the memory too.
  var cost: Double { nanoseconds + Self.nanosecondsPerWeightByte * weightReads * Double(weightBytes) }

  /// As much as a read at 200 GB/s.
  private static let nanosecondsPerWeightByte = 0.005
}

/// The fastest option of each layer, as far as all packed weights together fit into `weightBudget` bytes.
///
/// Transformed kernels are up to nine times as large as plain ones. Where all together are too large, the layer that
/// loses the least time for each byte takes a smaller one, until they fit or are as small as can be.
func chooseAlgorithms(_ layers: [[AlgorithmOption]], weightBudget: Int) -> [AlgorithmCandidate] {
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
