import KernelTemplates
import NetworkGraph

/// A way to compute a convolution on maps in blocks. Each algorithm is one type in one file;
/// `ConvolutionAlgorithms.all` is the table of them.
protocol ConvolutionAlgorithm: Sendable {
  /// The name in tables of layers, in cache files and on the command line, for example `winograd-f4`.
  var name: String { get }

  /// Why the algorithm cannot compute a convolution with these kernels; `nil` where it can. Nothing else decides that.
  func obstacle(to problem: ConvolutionProblem, on kernels: KernelSet) -> String?

  /// Ways to cut the work into tasks, one at least. Measuring tries all of them; otherwise the first is taken.
  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut]

  /// Whether the algorithm can be the fastest. An algorithm that cannot is not measured.
  func isWorthMeasuring(_ problem: ConvolutionProblem) -> Bool

  /// The cost for one sample, counted in multiply-accumulates of a direct convolution; `nil` where counting does not
  /// tell.
  func estimate(_ problem: ConvolutionProblem) -> Double?

  /// The factor of measured times in comparisons. It is above 1 for an algorithm that is sometimes slower in a run
  /// than it was in the measurement.
  var caution: Double { get }

  /// Bytes of weights in the order in which the step reads them.
  func weightBytes(_ problem: ConvolutionProblem, lanes: Int) -> Int

  /// The weights in the order in which the step reads them, the same for every cut.
  ///
  /// - Parameter weights: `[outputs, inputs / groups, kernel height, kernel width]`.
  func pack(_ weights: WeightTensor, for problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights

  /// The step that computes a convolution to which there is no obstacle.
  ///
  /// - Parameters:
  ///   - packed: weights, as `pack` makes them.
  ///   - cut: one of `cuts`.
  func step(
    _ problem: ConvolutionProblem, packed: PackedWeights, cut: TaskCut, kernels: KernelSet, threadCount: Int
  ) -> any ExecutionStep
}

extension ConvolutionAlgorithm {
  func cuts(of problem: ConvolutionProblem, threadCount: Int) -> [TaskCut] { [.fixed] }
  func isWorthMeasuring(_ problem: ConvolutionProblem) -> Bool { true }
  var caution: Double { 1 }
}

/// The table of all algorithms. If several have the same estimate, the first one is taken.
///
/// The compiler leaves a convolution on maps in blocks only if `depthwise` or `direct` can compute it. Both have an
/// estimate and are always measured, so every convolution has at least one candidate.
enum ConvolutionAlgorithms {
  static let all: [any ConvolutionAlgorithm] = [
    DepthwiseConvolution(), DirectConvolution(), SplitDirectConvolution(), WinogradRowsConvolution(),
    WinogradF4Convolution(), WinogradF6Convolution(), WinogradF2Convolution(), SplitWinogradF2Convolution(),
    WinogradF4Stride2Convolution(), WinogradF2Stride2Convolution(),
  ]

  static func named(_ name: String) -> (any ConvolutionAlgorithm)? { all.first { $0.name == name } }

  /// The algorithms that can compute a convolution, in the order of the table.
  static func able(_ problem: ConvolutionProblem, on kernels: KernelSet) -> [any ConvolutionAlgorithm] {
    all.filter { $0.obstacle(to: problem, on: kernels) == nil }
  }
}

/// How an algorithm's work is cut into tasks.
enum TaskCut: Hashable, Sendable {
  /// As the algorithm itself decides.
  case fixed
  /// - perTask: tiles of the map that a task takes through all stages.
  /// - channelParts: parts into which the output channels are cut, each a task of its own.
  case tiles(perTask: Int, channelParts: Int)
  /// All threads together take many tiles of the map through one stage after the other.
  case stages

  static func tiles(_ perTask: Int) -> TaskCut { .tiles(perTask: perTask, channelParts: 1) }
}
