import KernelTemplates

/// The choices of `Compiler.compile`: batch size, threads, engine and algorithms.
public struct CompilerOptions: Sendable {
  /// The largest batch, in samples, that one run takes; at least 1. The arena has room for this many samples, and
  /// algorithms are measured for this batch size.
  public var maximumBatch: Int
  /// The number of threads that work is split for; at least 1. A pool of more threads cannot run the plan.
  public var threadCount: Int
  /// The kernels that compute the layers.
  public var engine: Engine
  /// The way in which each convolution gets its algorithm.
  public var selection: AlgorithmSelection
  /// Kernels in the place of the engine's own, for tests alone.
  var substituteKernels: KernelSet?

  /// Options with default values: batches of 8 samples, as `convserve serve` has, two threads, the best kernels of
  /// this processor, and algorithms that are chosen without measuring.
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

/// The kernels and map layout that compute the layers of a plan.
public enum Engine: Hashable, Sendable {
  /// Kernels with register tiles on maps in blocks of channels. Activations and residual sums are fused into
  /// convolutions. This is the engine of the server.
  case tiled(ProcessorKernels)
  /// OpenBLAS products and plain loops on row-major maps. This engine is slower and simpler; results of the other
  /// engine are compared with its results.
  case reference

  /// The name in answers and reports: `amx`, `avx512`, `avx2`, `portable` or `reference`.
  public var name: String {
    switch self {
    case .tiled(let processor): processor.rawValue
    case .reference: "reference"
    }
  }
}

/// The way in which a convolution gets its algorithm, if several algorithms can compute it.
public enum AlgorithmSelection: Sendable {
  /// A cost model counts the arithmetic and the weights of each candidate. The choice takes no time, and is the same
  /// on every machine with the same kernels.
  case estimated
  /// Each candidate is timed on this machine, once for each shape that the cache does not know. The new times are
  /// added to the cache.
  case measured(AlgorithmCache)
  /// One algorithm, by name, computes every convolution. Compiling throws `AlgorithmError.inapplicable` if the
  /// algorithm cannot compute one of them.
  case fixed(String)
  /// One algorithm, by name, computes every convolution that it can compute. The others are chosen as by `estimated`.
  /// Compiling throws `AlgorithmError.appliesNowhere` if the algorithm computes no convolution.
  case preferred(String)

  /// The algorithm that is asked for by name, if one is.
  var algorithm: String? {
    switch self {
    case .fixed(let name), .preferred(let name): name
    case .estimated, .measured: nil
    }
  }

  /// The names that `fixed` and `preferred` accept, for example `direct` and `winograd-f4`.
  public static var algorithmNames: [String] { ConvolutionAlgorithms.all.map(\.name) }
}
