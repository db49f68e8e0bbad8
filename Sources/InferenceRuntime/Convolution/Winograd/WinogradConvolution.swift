import KernelTemplates
import NetworkGraph

/// The common part of the algorithms that transform a map in two dimensions; see `WinogradConvolutionStep`.
protocol WinogradConvolution: ConvolutionAlgorithm {
  var scheme: WinogradAlgorithm { get }
  /// Time beyond that of the products, in the products' own: the median over the layers of ResNet and VGG on an AMD EPYC
  /// (Zen 4), `convserve bench` with AVX2 and AVX-512, from the times in its cache.
  var overhead: Double { get }
}

extension WinogradConvolution {
  var name: String { scheme.rawValue }

  /// 3x3 kernels of whole channels, with the scheme's stride, over maps that are in blocks already.
  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String? {
    let geometry = problem.geometry
    let stride = scheme.shape.stride
    if problem.groups != 1 { return "it takes one group" }
    if problem.isPlanarInput { return "it reads maps in blocks, not the network's own input" }
    if geometry.kernelHeight != 3 || geometry.kernelWidth != 3 { return "it takes 3x3 kernels" }
    if geometry.strideHeight != stride || geometry.strideWidth != stride { return "it takes stride \(stride)" }
    return geometry.dilationHeight == 1 && geometry.dilationWidth == 1 ? nil : "it takes no dilation"
  }

  /// The products of whole tiles, the overhead of the transforms and the transformed weights.
  func estimate(_ problem: ConvolutionProblem) -> Double? {
    let (geometry, edge) = (problem.geometry, scheme.shape.outputs)
    let tiles = ((geometry.outputHeight + edge - 1) / edge) * ((geometry.outputWidth + edge - 1) / edge)
    let weights = scheme.frequencies * problem.inputChannels * problem.outputChannels
    return overhead * Double(tiles * weights) + WeightTraffic.cost(of: weights)
  }

  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    scheme.frequencies * storedChannels(problem.inputChannels, lanes: lanes)
      * storedChannels(problem.outputChannels, lanes: lanes) * MemoryLayout<Float>.stride
  }

  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    WinogradConvolutionStep.pack(weights, problem, scheme, kernels: kernels)
  }

  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    if cut == .stages {
      return WinogradStagesStep(problem, packed: packed, scheme, kernels: kernels, threadCount: threadCount)
    }
    return WinogradConvolutionStep(
      problem, packed: packed, scheme, kernels: kernels, cut: cut, threadCount: threadCount)
  }
}

extension ConvolutionProblem {
  /// Whether the output has at most 14 x 14 positions: then its tiles are few, and its weights many.
  var hasFewPositions: Bool { geometry.outputArea <= 14 * 14 }

  /// Whether a batch has at least as many positions as eight maps of 14 x 14.
  var hasManyPositionsInBatch: Bool { geometry.outputArea * maximumBatch >= 8 * 14 * 14 }
}
