import KernelTemplates

/// One algorithm, for tests and comparisons.
struct FixedCosts: AlgorithmCosts {
  private let algorithm: any ConvolutionAlgorithm
  /// What computes convolutions that the algorithm cannot; `nil` where that is an error.
  private let others: EstimatedCosts?
  private let kernels: KernelSet
  private let threadCount: Int

  /// - Throws: `AlgorithmError.unknown`.
  init(
    _ name: String, others: EstimatedCosts?, kernels: KernelSet, threadCount: Int
  ) throws(AlgorithmError) {
    guard let algorithm = ConvolutionAlgorithms.named(name) else {
      throw .unknown(algorithm: name, known: ConvolutionAlgorithms.all.map(\.name))
    }
    self.algorithm = algorithm
    self.others = others
    self.kernels = kernels
    self.threadCount = threadCount
  }

  func options(for convolution: SelectableConvolution) throws(AlgorithmError) -> [AlgorithmOption] {
    let problem = convolution.problem
    guard let reason = algorithm.obstacle(to: problem, on: kernels) else {
      let cut = algorithm.cuts(of: problem, threadCount: threadCount)[0]
      return [AlgorithmOption(candidate: AlgorithmCandidate(algorithm, cut), time: 0, weightBytes: 0)]
    }
    if let others { return others.options(for: convolution) }
    throw .inapplicable(
      algorithm: algorithm.name, layer: convolution.layer, reason: reason,
      able: ConvolutionAlgorithms.able(problem, on: kernels).map(\.name))
  }
}
