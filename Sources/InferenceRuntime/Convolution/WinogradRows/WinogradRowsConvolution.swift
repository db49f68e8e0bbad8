import KernelTemplates
import NetworkGraph

/// The network's own planes, transformed along the rows alone; see `WinogradRowConvolutionStep`.
struct WinogradRowsConvolution: ConvolutionAlgorithm {
  let name = "winograd-f4-rows"

  /// What transforms and sums of few channels cost, in the products' own.
  private static let overhead = 1.3

  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String? {
    let geometry = problem.geometry
    if !problem.isPlanarInput { return "it reads the network's own input" }
    if problem.groups != 1 { return "it takes one group" }
    if problem.hasResidual { return "it adds no residual" }
    if geometry.dilationHeight != 1 || geometry.dilationWidth != 1 { return "it takes no dilation" }
    return WinogradRowKernels.shape(taps: WinogradRowConvolutionStep.taps(geometry)) == nil
      ? "it takes 3 or 4 taps of each phase of a row" : nil
  }

  func estimate(_ problem: ConvolutionProblem) -> Double? {
    let geometry = problem.geometry
    guard let shape = WinogradRowKernels.shape(taps: WinogradRowConvolutionStep.taps(geometry)) else { return nil }
    let tiles = (geometry.outputWidth + shape.outputs - 1) / shape.outputs
    let depth = geometry.strideWidth * geometry.kernelHeight * problem.inputChannels
    let weights = shape.inputs * depth * problem.outputChannels
    return Self.overhead * Double(geometry.outputHeight * tiles * weights) + WeightTraffic.cost(of: weights)
  }

  /// Fewer by the rows' share, but never many.
  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    2 * problem.geometry.kernelArea * storedChannels(problem.inputChannels, lanes: lanes)
      * storedChannels(problem.outputChannels, lanes: lanes) * MemoryLayout<Float>.stride
  }

  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    WinogradRowConvolutionStep.pack(weights, problem, kernels: kernels)
  }

  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    WinogradRowConvolutionStep(problem, packed: packed, kernels: kernels)
  }
}
