import KernelTemplates
import NetworkGraph

/// Every sum straight from the map; see `TileConvolutionStep`.
struct DirectConvolution: ConvolutionAlgorithm {
  let name = "direct"

  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String? {
    guard problem.groups > 1 else { return nil }
    if problem.isPlanarInput { return "it reads the groups of maps in blocks alone" }
    let isWhole = problem.groupInputs % kernels.lanes == 0 && problem.groupOutputs % kernels.lanes == 0
    return isWhole ? nil : "it takes groups of whole blocks of \(kernels.lanes) channels"
  }

  func estimate(_ problem: ConvolutionProblem) -> Double? {
    Double(problem.multiplyAccumulates)
      + WeightTraffic.cost(of: problem.geometry.kernelArea * problem.groupInputs * problem.outputChannels)
  }

  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    problem.geometry.kernelArea * storedChannels(problem.groupInputs, lanes: lanes)
      * storedChannels(problem.outputChannels, lanes: lanes) * MemoryLayout<Float>.stride
  }

  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    TileConvolutionStep.pack(weights, problem, kernels: kernels)
  }

  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    TileConvolutionStep(problem, packed: packed, kernels: kernels, threadCount: threadCount)
  }
}
