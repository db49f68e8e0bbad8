import KernelTemplates

/// F(4, 3): tiles of 4 x 4 outputs, 4 times fewer products than a direct convolution.
struct WinogradF4Convolution: WinogradConvolution {
  let scheme = WinogradAlgorithm.f4
  let overhead = 1.25

  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] {
    var cuts: [TaskCut] = [.tiles(14), .tiles(28)]
    if problem.hasManyPositionsInBatch { cuts.append(.tiles(56)) }
    cuts.append(.stages)
    // Few tiles cannot be shared out by themselves: then threads share the output channels too.
    if problem.geometry.outputArea <= 28 * 28, threadCount > 1 {
      cuts.append(.tiles(perTask: 56, channelParts: threadCount))
    }
    return cuts
  }
}
