import KernelTemplates

/// F(6, 3): tiles of 6 x 6 outputs, 5 times fewer products than a direct convolution.
struct WinogradF6Convolution: WinogradConvolution {
  let scheme = WinogradAlgorithm.f6
  let overhead = 1.35

  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] {
    [7, 14, 28].map { .tiles($0) } + [.stages]
  }

  func isWorthMeasuring(_ problem: ConvolutionProblem) -> Bool { !problem.hasFewPositions }
}
