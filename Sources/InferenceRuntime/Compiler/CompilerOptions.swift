import KernelTemplates

/// How a network is to run.
public struct CompilerOptions: Sendable {
  /// Most samples that one run takes; memory is planned for it.
  public var maximumBatch: Int
  /// Threads for which work is split.
  public var threadCount: Int
  public var engine: Engine
  public var selection: AlgorithmSelection

  public init(
    maximumBatch: Int = 8, threadCount: Int = 2, engine: Engine = .tiled(.best),
    selection: AlgorithmSelection = .estimated
  ) {
    self.maximumBatch = maximumBatch
    self.threadCount = threadCount
    self.engine = engine
    self.selection = selection
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
  /// One algorithm wherever it applies, for tests and comparisons.
  case fixed(ConvolutionAlgorithm)
}

/// An algorithm for convolutions.
public enum ConvolutionAlgorithm: String, Hashable, Sendable, CaseIterable {
  case direct
  /// With each value as the sum of two bfloat16; see `SplitProductKernels`.
  case directSplit = "direct-bf16x2"
  /// Of 2 x 2, 4 x 4 and 6 x 6 outputs; of 4 x 4 and 2 x 2 with stride 2.
  case winogradF2 = "winograd-f2"
  case winogradF4 = "winograd-f4"
  case winogradF6 = "winograd-f6"
  case winogradF4Stride2 = "winograd-f4-stride2"
  case winogradF2Stride2 = "winograd-f2-stride2"
  /// As `winogradF2`, with each transformed value as the sum of two bfloat16.
  case winogradF2Split = "winograd-f2-bf16x2"
  /// Of 4 outputs along the rows of the network's own input.
  case winogradRows = "winograd-f4-rows"
}
