import KernelTemplates
import NetworkGraph

@testable import InferenceRuntime

/// An edge that an algorithm has to meet somewhere in the list of convolutions.
enum ConvolutionFeature: Hashable, Sendable {
  case activation(Activation)
  case residual
  case batch(Int)
  case threads(Int)
  /// The input as the network gets it, of one plane or of three.
  case planar(channels: Int)
  case blockedInput
  case inputChannels(Amount)
  case outputChannels(Amount)
  /// Weights of a tile of output channels beyond the first-level cache.
  case depthInParts
  /// Weights beyond the second-level cache.
  case weightsBeyondCache
  /// More positions, and more chunks of inputs, than split products take at a time.
  case positionsInBlocks
  case chunksInParts
  case padding(Edges)
  case stride(Strides)
  case dilation
  case groups
  case pointwise
  /// Outputs that fill 1 to 3 tiles of Winograd's transform in a direction, and more.
  case tiles(Int)
  /// Outputs that fill the last tile in part, and those that fill it.
  case tileRemainder(Bool)

  /// In blocks of a kernel set's lanes.
  enum Amount: CaseIterable {
    case belowBlock, oneBlock, blockAndRest, wholeBlocks
  }

  enum Edges: CaseIterable {
    case none, all, top, left, bottom, right
    /// A whole window and more, on every edge.
    case wide
  }

  enum Strides: CaseIterable {
    case one, two, three, unequal
  }

  static let all: [ConvolutionFeature] =
    Activation.all.map(Self.activation) + [1, 2, 8].map(Self.batch) + (1...4).map(Self.threads)
    + [1, 3].map(Self.planar) + Amount.allCases.flatMap { [.inputChannels($0), .outputChannels($0)] }
    + Edges.allCases.map(Self.padding) + Strides.allCases.map(Self.stride) + (1...3).map(Self.tiles)
    + [true, false].map(Self.tileRemainder)
    + [
      .residual, .blockedInput, .depthInParts, .weightsBeyondCache, .positionsInBlocks, .chunksInParts, .dilation,
      .groups, .pointwise,
    ]

  /// How many convolutions of the list have to meet it, at the least.
  var leastExamples: Int {
    switch self {
    case .residual, .batch, .threads, .tileRemainder, .blockedInput: 3
    case .activation, .planar, .inputChannels, .outputChannels, .depthInParts, .weightsBeyondCache, .positionsInBlocks,
      .chunksInParts, .padding, .stride, .dilation, .groups, .pointwise, .tiles:
      1
    }
  }

  /// Whether `algorithm` meets the edge where it computes `listed` with `kernels`.
  func isMet(by listed: ListedConvolution, _ problem: ConvolutionProblem, _ algorithm: String, on kernels: KernelSet)
    -> Bool
  {
    let geometry = problem.geometry
    switch self {
    case .activation(let activation): return listed.activation == activation
    case .residual: return problem.hasResidual
    case .batch(let batch): return listed.batch == batch
    case .threads(let threads): return listed.threads == threads
    case .planar(let channels): return problem.isPlanarInput && problem.inputChannels == channels
    case .blockedInput: return !problem.isPlanarInput
    case .inputChannels(let amount): return amount.isMet(by: problem.inputChannels, lanes: kernels.lanes)
    case .outputChannels(let amount): return amount.isMet(by: problem.outputChannels, lanes: kernels.lanes)
    case .depthInParts: return Self.hasDepthInParts(problem, algorithm, kernels)
    case .weightsBeyondCache:
      let scheme = WinogradAlgorithm(rawValue: algorithm)
      let depth = problem.groupInputs * (scheme?.frequencies ?? geometry.kernelArea)
      return depth * problem.outputChannels > SecondLevelCache.residentCount
    case .positionsInBlocks: return geometry.outputArea * listed.batch > 256
    case .chunksInParts: return geometry.kernelArea * problem.inputChannels > 8 * SplitProductKernels.chunk
    case .padding(let edges):
      return edges.isMet(by: listed.convolution.resolvedWindow(for: listed.input))
    case .stride(let strides): return strides.isMet(by: listed.convolution.stride)
    case .dilation: return listed.convolution.dilation != 1
    case .groups: return problem.groups > 1
    case .pointwise: return listed.convolution.kernel == 1
    case .tiles(let count):
      guard let edge = Self.tileEdge(problem, algorithm) else { return false }
      return (geometry.outputWidth + edge - 1) / edge == count
    case .tileRemainder(let isThere):
      guard let edge = Self.tileEdge(problem, algorithm) else { return false }
      return (geometry.outputWidth % edge != 0) == isThere
    }
  }

  /// One part of the depth is all that a tile of the most vectors keeps in the first-level cache.
  private static func hasDepthInParts(_ problem: ConvolutionProblem, _ algorithm: String, _ kernels: KernelSet) -> Bool
  {
    // Rows of a few planes have no depth that is worth cutting.
    if algorithm == WinogradRowsConvolution().name { return false }
    let isTransformed = WinogradAlgorithm(rawValue: algorithm) != nil
    let vectors = OutputTiling(
      blocks: blockCount(problem.groupOutputs, lanes: kernels.lanes), kernels: kernels
    ).mostVectors
    let depth = problem.groupInputs * (isTransformed ? 1 : problem.geometry.kernelArea)
    return FirstLevelCache.partCount(of: depth * vectors * kernels.lanes) > 1
  }

  /// Outputs of one of the transform's tiles along a row.
  private static func tileEdge(_ problem: ConvolutionProblem, _ algorithm: String) -> Int? {
    if let scheme = WinogradAlgorithm(rawValue: algorithm) { return scheme.shape.outputs }
    switch algorithm {
    case SplitWinogradF2Convolution().name: return WinogradAlgorithm.f2.shape.outputs
    case WinogradRowsConvolution().name:
      return WinogradRowKernels.shape(taps: WinogradRowConvolutionStep.taps(problem.geometry))?.outputs
    default: return nil
    }
  }
}

extension ConvolutionFeature.Amount {
  fileprivate func isMet(by channels: Int, lanes: Int) -> Bool {
    switch self {
    case .belowBlock: channels < lanes
    case .oneBlock: channels == lanes
    case .blockAndRest: channels > lanes && channels % lanes != 0
    case .wholeBlocks: channels > lanes && channels % lanes == 0
    }
  }
}

extension ConvolutionFeature.Edges {
  fileprivate func isMet(by window: Window) -> Bool {
    let edges = window.padding
    let padded = [edges.top, edges.left, edges.bottom, edges.right].map { $0 > 0 }
    return switch self {
    case .none: edges.isZero
    case .all: padded == [true, true, true, true]
    case .top: padded == [true, false, false, false]
    case .left: padded == [false, true, false, false]
    case .bottom: padded == [false, false, true, false]
    case .right: padded == [false, false, false, true]
    case .wide:
      min(edges.top, edges.bottom) >= window.extent.height - 1
        && min(edges.left, edges.right) >= window.extent.width - 1
        && window.kernel != 1
    }
  }
}

extension ConvolutionFeature.Strides {
  fileprivate func isMet(by stride: Size2D) -> Bool {
    switch self {
    case .one: stride == 1
    case .two: stride == 2
    case .three: stride == 3
    case .unequal: stride.height != stride.width
    }
  }
}
