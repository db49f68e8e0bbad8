import KernelTemplates
import NetworkGraph

/// One way to compute a convolution, with everything that a step leaves open.
enum AlgorithmCandidate: Hashable, Sendable {
  case direct
  case directSplit
  /// - tilesPerTask: tiles of the map that a task takes through all stages.
  /// - channelParts: parts into which the output channels are cut.
  case winograd(WinogradAlgorithm, tilesPerTask: Int, channelParts: Int)
  /// F(2, 3) with split products.
  case winogradSplit(tilesPerTask: Int)
  case winogradRows

  func step(
    _ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep {
    var transformed: [ConvolutionAlgorithm: PackedWeights] = [:]
    return step(problem, weights: weights, kernels: kernels, threadCount: threadCount, &transformed)
  }

  /// - Parameter transformed: transformed weights that other candidates have made; this one's own are added.
  func step(
    _ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet, threadCount: Int,
    _ transformed: inout [ConvolutionAlgorithm: PackedWeights]
  ) -> any ExecutionStep {
    switch self {
    case .direct:
      return TileConvolutionStep(problem, weights: weights, kernels: kernels, threadCount: threadCount)
    case .directSplit:
      return SplitProductStep(problem, weights: weights, kernels: kernels, threadCount: threadCount)
    case .winograd(let winograd, let tilesPerTask, let channelParts):
      let packed =
        transformed[algorithm] ?? WinogradConvolutionStep.pack(weights, problem, winograd, kernels: kernels)
      transformed[algorithm] = packed
      return WinogradConvolutionStep(
        problem, packed: packed, winograd, kernels: kernels, tilesPerTask: tilesPerTask, channelParts: channelParts,
        threadCount: threadCount)
    case .winogradSplit(let tilesPerTask):
      let packed = transformed[algorithm] ?? SplitWinogradStep.pack(weights, problem, .f2, kernels: kernels)
      transformed[algorithm] = packed
      return SplitWinogradStep(
        problem, packed: packed, .f2, kernels: kernels, tilesPerTask: tilesPerTask, threadCount: threadCount)
    case .winogradRows:
      return WinogradRowConvolutionStep(problem, weights: weights, kernels: kernels)
    }
  }

  private var isSplit: Bool {
    switch self {
    case .directSplit, .winogradSplit: true
    case .direct, .winograd, .winogradRows: false
    }
  }

  /// Bytes of weights in the order in which the step reads them.
  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int {
    let values =
      switch self {
      case .direct, .directSplit: problem.geometry.kernelArea
      case .winograd(let algorithm, _, _): algorithm.frequencies
      case .winogradSplit: WinogradAlgorithm.f2.frequencies
      // Fewer by the rows' share, but never many.
      case .winogradRows: 2 * problem.geometry.kernelArea
      }
    return values * storedChannels(problem.groupInputs, lanes: isSplit ? SplitProductKernels.chunk : lanes)
      * storedChannels(problem.outputChannels, lanes: lanes) * MemoryLayout<Float>.stride
  }

  var algorithm: ConvolutionAlgorithm {
    switch self {
    case .direct: .direct
    case .directSplit: .directSplit
    case .winograd(.f2, _, _): .winogradF2
    case .winograd(.f4, _, _): .winogradF4
    case .winograd(.f6, _, _): .winogradF6
    case .winograd(.f4Stride2, _, _): .winogradF4Stride2
    case .winograd(.f2Stride2, _, _): .winogradF2Stride2
    case .winogradSplit: .winogradF2Split
    case .winogradRows: .winogradRows
    }
  }
}

/// As it stands in a cache file: `direct`, or for example `winograd-f4 28 1`.
extension AlgorithmCandidate: LosslessStringConvertible {
  var description: String {
    switch self {
    case .direct: ConvolutionAlgorithm.direct.rawValue
    case .directSplit: ConvolutionAlgorithm.directSplit.rawValue
    case .winogradRows: "winograd-f4-rows"
    case .winogradSplit(let tiles): "\(algorithm.rawValue) \(tiles)"
    case .winograd(let algorithm, let tiles, let parts): "\(algorithm.rawValue) \(tiles) \(parts)"
    }
  }

  init?(_ description: String) {
    let words = description.split(separator: " ").map(String.init)
    switch words.count {
    case 1:
      guard let plain = [Self.direct, .directSplit, .winogradRows].first(where: { $0.description == words[0] })
      else { return nil }
      self = plain
    case 2 where words[0] == ConvolutionAlgorithm.winogradF2Split.rawValue:
      guard let tiles = Int(words[1]), (1...4096).contains(tiles) else { return nil }
      self = .winogradSplit(tilesPerTask: tiles)
    case 3:
      guard let algorithm = WinogradAlgorithm(rawValue: words[0]), let tiles = Int(words[1]), let parts = Int(words[2]),
        (1...4096).contains(tiles), (1...256).contains(parts)
      else { return nil }
      self = .winograd(algorithm, tilesPerTask: tiles, channelParts: parts)
    default:
      return nil
    }
  }
}
