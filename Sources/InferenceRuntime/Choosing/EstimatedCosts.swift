import KernelTemplates

/// Costs by counting: quick, and the same on every machine.
struct EstimatedCosts: AlgorithmCosts {
  let kernels: KernelSet
  let threadCount: Int

  func options(for convolution: SelectableConvolution) -> [AlgorithmOption] {
    let problem = convolution.problem
    return ConvolutionAlgorithms.able(problem, on: kernels).compactMap { algorithm in
      algorithm.estimate(problem).map {
        // What weights cost is part of the estimate.
        AlgorithmOption(
          candidate: AlgorithmCandidate(algorithm, algorithm.cuts(of: problem, threadCount: threadCount)[0]),
          time: $0, weightBytes: algorithm.weightBytes(problem, lanes: kernels.lanes), weightReads: 0)
      }
    }
  }
}
