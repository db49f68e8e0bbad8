import KernelTemplates

/// F(2, 3): tiles of 2 x 2 outputs, 2.25 times fewer products than a direct convolution.
struct WinogradF2Convolution: WinogradConvolution {
  let scheme = WinogradAlgorithm.f2
  let overhead = 1.12

  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] {
    var cuts: [TaskCut] = [.tiles(28), .stages]
    guard problem.hasFewPositions else { return cuts }
    // The more tiles a task has, the fewer tasks read the weights.
    if problem.hasManyPositionsInBatch { cuts.append(.tiles(98)) }
    // Few tiles cannot be shared out by themselves: then threads share the output channels too.
    if threadCount > 1 { cuts.append(.tiles(perTask: 56, channelParts: threadCount)) }
    return cuts
  }
}
