import KernelTemplates
import NetworkGraph

/// One kernel for each channel: every block of channels is swept by itself.
struct DepthwiseConvolution: ConvolutionAlgorithm {
  let name = "depthwise"

  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String? {
    if !problem.isDepthwise { return "it takes one group for each channel, and as many outputs as inputs" }
    if problem.hasResidual { return "it adds no residual" }
    return problem.isPlanarInput ? "it reads maps in blocks" : nil
  }

  func estimate(_ problem: ConvolutionProblem) -> Double? { Double(problem.multiplyAccumulates) }

  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    storedChannels(problem.outputChannels, lanes: lanes) * problem.geometry.kernelArea * MemoryLayout<Float>.stride
  }

  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    DepthwiseBlockStep.pack(weights, problem, lanes: kernels.lanes)
  }

  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    DepthwiseBlockStep(problem, packed: packed, kernels: kernels)
  }
}
