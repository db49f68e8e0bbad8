import KernelTemplates

/// Tiles of 2 x 2 outputs two input positions apart.
struct WinogradF2Stride2Convolution: WinogradConvolution {
  let scheme = WinogradAlgorithm.f2Stride2
  let overhead = 1.07

  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] {
    [28, 56, 98].map { .tiles($0) } + [.stages]
  }

  func isWorthMeasuring(_ problem: ConvolutionProblem) -> Bool { problem.geometry.outputArea >= 14 * 14 }
}
