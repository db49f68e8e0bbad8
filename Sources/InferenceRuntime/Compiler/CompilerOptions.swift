import KernelTemplates

/// How a network is to run.
public struct CompilerOptions: Sendable {
  /// Most samples that one run takes; memory is planned for it.
  public var maximumBatch: Int
  /// Threads for which work is split.
  public var threadCount: Int
  public var engine: Engine
  public var selection: AlgorithmSelection
  /// Kernels in the place of the engine's own, for tests alone.
  var substituteKernels: KernelSet?

  public init(
    maximumBatch: Int = 8, threadCount: Int = 2, engine: Engine = .tiled(.best),
    selection: AlgorithmSelection = .estimated
  ) {
    self.maximumBatch = maximumBatch
    self.threadCount = threadCount
    self.engine = engine
    self.selection = selection
  }

  /// The kernels on maps in blocks; `nil` where the engine has none.
  var kernels: KernelSet? {
    switch engine {
    case .tiled(let processor): substituteKernels ?? processor.kernels
    case .reference: nil
    }
  }
}

/// What computes the layers.
public enum Engine: Hashable, Sendable {
  /// Register-tiled kernels on channel-blocked maps, residual sums fused into convolutions.
  case tiled(ProcessorKernels)
  /// OpenBLAS products and plain loops on row-major maps: slower, simpler, for comparison.
  case reference

  /// `amx`, `avx512`, `avx2`, `portable` or `reference`.
  public var name: String {
    switch self {
    case .tiled(let processor): processor.rawValue
    case .reference: "reference"
    }
  }
}

/// How the algorithm of a convolution is chosen where several compute it.
public enum AlgorithmSelection: Sendable {
  /// By counting: quick, and the same on every machine.
  case estimated
  /// By timing each candidate on this machine, once for each shape that `cache` does not know yet.
  case measured(AlgorithmCache)
  /// One algorithm by name, for every convolution on maps in blocks; an error where it cannot compute one.
  case fixed(String)
  /// One algorithm by name, wherever it can compute a convolution; elsewhere as estimated.
  case preferred(String)

  /// The algorithm that is asked for by name, if one is.
  var algorithm: String? {
    switch self {
    case .fixed(let name), .preferred(let name): name
    case .estimated, .measured: nil
    }
  }

  /// Names of the algorithms, for example `winograd-f4`.
  public static var algorithmNames: [String] { ConvolutionAlgorithms.all.map(\.name) }
}
