import KernelTemplates

/// Tiles of 4 x 4 outputs two input positions apart.
struct WinogradF4Stride2Convolution: WinogradConvolution {
  let scheme = WinogradAlgorithm.f4Stride2
  let overhead = 1.2

  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] {
    [7, 14, 28].map { .tiles($0) } + [.stages]
  }

  func isWorthMeasuring(_ problem: ConvolutionProblem) -> Bool { problem.geometry.outputArea >= 14 * 14 }
}
