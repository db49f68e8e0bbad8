import KernelTemplates
import NetworkGraph

/// Every sum straight from the map, with each value as the sum of two bfloat16; see `SplitProductKernels`.
struct SplitDirectConvolution: ConvolutionAlgorithm {
  let name = "direct-bf16x2"

  /// Tiles can slow down to a third for seconds at a time, and vectors hardly: what wins by less than this while it is
  /// measured, loses by more then. Winograd's transforms are vectors, and level that out.
  let caution = 1.25

  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String? {
    if kernels.splitProducts == nil { return SplitWeights.missingKernels(kernels) }
    return problem.groups == 1 ? nil : "it takes one group"
  }

  /// How much faster tiles are than vectors differs from moment to moment.
  func estimate(_ problem: ConvolutionProblem) -> Double? { nil }

  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    problem.geometry.kernelArea * storedChannels(problem.inputChannels, lanes: SplitProductKernels.chunk)
      * storedChannels(problem.outputChannels, lanes: lanes) * MemoryLayout<Float>.stride
  }

  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    SplitProductStep.pack(weights, problem, kernels: kernels)
  }

  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    SplitProductStep(problem, packed: packed, kernels: kernels, threadCount: threadCount)
  }
}
