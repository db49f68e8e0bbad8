import KernelTemplates
import NetworkGraph

/// F(2, 3) with each transformed value as the sum of two bfloat16; see `SplitWinogradStep`.
struct SplitWinogradF2Convolution: ConvolutionAlgorithm {
  let name = "winograd-f2-bf16x2"

  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String? {
    if kernels.splitProducts == nil { return SplitWeights.missingKernels(kernels) }
    return WinogradF2Convolution().obstacle(to: problem, on: kernels)
  }

  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] {
    [64, 128, 224].map { .tiles($0) }
  }

  /// How much faster tiles are than vectors differs from moment to moment.
  func estimate(_ problem: ConvolutionProblem) -> Double? { nil }

  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    WinogradAlgorithm.f2.frequencies * storedChannels(problem.inputChannels, lanes: SplitProductKernels.chunk)
      * storedChannels(problem.outputChannels, lanes: lanes) * MemoryLayout<Float>.stride
  }

  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    SplitWinogradStep.pack(weights, problem, .f2, kernels: kernels)
  }

  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    SplitWinogradStep(problem, packed: packed, .f2, kernels: kernels, cut: cut, threadCount: threadCount)
  }
}
