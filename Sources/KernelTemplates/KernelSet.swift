/// A tile compiled for one instruction set and size.
///
/// A structure rather than a bare function: arrays of bare functions hold them behind thunks, and the compiler inlines
/// no C function, such as a prefetch, into what lies behind one.
public struct TileKernel: Sendable {
  public let run: @Sendable (TileArguments) -> Void

  @inlinable
  public init(_ run: @escaping @Sendable (TileArguments) -> Void) { self.run = run }
}

/// The kernels of one instruction set.
public struct KernelSet: Sendable {
  /// `amx`, `avx512`, `avx2` or `portable`.
  public var name: String
  /// Channels in a block of the layouts that these kernels read and write.
  public let lanes: Int
  /// `tiles[vectors - 1][positions - 1]`; as many of each as fit the registers.
  public let tiles: [[TileKernel]]
  /// As the tiles of the most vectors, with prefetching; none where the registers leave no room for so many vectors.
  public let prefetchingTiles: [TileKernel]
  public let winograd: [WinogradAlgorithm: WinogradKernels]
  /// By the number of neighbours that are summed up.
  public let winogradRows: [Int: WinogradRowKernels]
  /// Where the processor multiplies tiles of bfloat16.
  public var splitProducts: SplitProductKernels?
  public let padBlock: @Sendable (UnsafePointer<Float>, PaddedMap, UnsafeMutablePointer<Float>) -> Void
  public let depthwise: @Sendable (DepthwiseArguments) -> Void
  public let maxPooling: @Sendable (PoolingArguments) -> Void
  public let averagePooling: @Sendable (PoolingArguments) -> Void
  public let regionMean: @Sendable (RegionMeanArguments) -> Void
  public let responseNormalization: @Sendable (ResponseNormalizationArguments) -> Void
  public let activate: @Sendable (ActivationArguments) -> Void
  public let combine: @Sendable (CombinationArguments) -> Void
  public let training: TrainingKernels

  /// Compiles every kernel for `ISA` where it is inlined.
  ///
  /// - Parameters:
  ///   - tiles: those of 1, 2, ... vectors whose sums still fit the registers.
  ///   - weightGradients: likewise.
  ///   - sampleBlocks: likewise.
  @inlinable @inline(__always)
  public init<ISA: InstructionSet>(
    name: String, _ instructions: ISA.Type, tiles: [[TileKernel]],
    prefetchingTiles: [TileKernel] = [], weightGradients: [[WeightGradientKernel]], sampleBlocks: SampleBlockKernels
  ) {
    self.name = name
    lanes = ISA.lanes
    self.tiles = tiles
    self.prefetchingTiles = prefetchingTiles
    winograd = [
      .f6: WinogradKernels(ISA.self, WinogradF6.self),
      .f4: WinogradKernels(ISA.self, WinogradF4.self),
      .f2: WinogradKernels(ISA.self, WinogradF2.self),
      .f4Stride2: WinogradKernels(ISA.self, WinogradF4Stride2.self),
      .f2Stride2: WinogradKernels(ISA.self, WinogradF2Stride2.self),
    ]
    winogradRows = [
      3: WinogradRowKernels(ISA.self, WinogradF4.self), 4: WinogradRowKernels(ISA.self, WinogradF4Taps4.self),
    ]
    padBlock = { KernelTemplates.padBlock(ISA.self, $0, $1, into: $2) }
    depthwise = { KernelTemplates.depthwise(ISA.self, $0) }
    maxPooling = { KernelTemplates.maxPooling(ISA.self, $0) }
    averagePooling = { KernelTemplates.averagePooling(ISA.self, $0) }
    regionMean = { KernelTemplates.regionMean(ISA.self, $0) }
    responseNormalization = { KernelTemplates.responseNormalization(ISA.self, $0) }
    activate = { ActivationSweep<ISA>.run($0) }
    combine = { Combination<ISA>.run($0) }
    training = TrainingKernels(ISA.self, weightGradients: weightGradients, sampleBlocks: sampleBlocks)
  }
}

extension KernelSet {
  /// These kernels and, of blocks of 16 channels, those of split products.
  public func adding(_ splitProducts: SplitProductKernels, name: String) -> KernelSet {
    var kernels = self
    kernels.name = name
    kernels.splitProducts = splitProducts
    return kernels
  }

  /// Applies what an epilogue's bounds leave to do to vectors that a kernel has just stored.
  ///
  /// - Parameters:
  ///   - rowStride: floats from one row's first vector to the next one's.
  ///   - columnStride: floats from one vector of a row to the next.
  @inlinable @inline(__always)
  public func apply(
    _ epilogue: Epilogue, to values: UnsafeMutablePointer<Float>, rows: Int, rowStride: Int, columns: Int,
    columnStride: Int
  ) {
    guard let function = epilogue.function else { return }
    activate(
      ActivationArguments(
        values, rows: rows, rowStride: rowStride, columns: columns, columnStride: columnStride, function))
  }

  /// The kernel of a tile of this size.
  public func tile(vectors: Int, positions: Int) -> TileKernel { tiles[vectors - 1][positions - 1] }

  /// As `tile`, one that asks for the values of the next positions, if there is such a one.
  public func prefetchingTile(vectors: Int, positions: Int) -> TileKernel {
    vectors == tiles.count && !prefetchingTiles.isEmpty
      ? prefetchingTiles[positions - 1] : tile(vectors: vectors, positions: positions)
  }
}

// One list for each number of vectors: sizes must be literals for the compiler to make a kernel of each. Longer ones
// would cost speed: the compiler keeps arrays of more than nine elements in memory.

@inlinable @inline(__always)
public func tiles1<ISA: InstructionSet>(_: ISA.Type) -> [TileKernel] {
  [
    TileKernel { Tile<ISA, 1, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 2, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 3, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 4, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 5, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 6, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 7, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 8, 1, 0>.run($0) },
    TileKernel { Tile<ISA, 9, 1, 0>.run($0) },
  ]
}

@inlinable @inline(__always)
public func tiles2<ISA: InstructionSet>(_: ISA.Type) -> [TileKernel] {
  [
    TileKernel { Tile<ISA, 1, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 2, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 3, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 4, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 5, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 6, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 7, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 8, 2, 0>.run($0) },
    TileKernel { Tile<ISA, 9, 2, 0>.run($0) },
  ]
}

@inlinable @inline(__always)
public func tiles3<ISA: InstructionSet>(_: ISA.Type) -> [TileKernel] {
  [
    TileKernel { Tile<ISA, 1, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 2, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 3, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 4, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 5, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 6, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 7, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 8, 3, 0>.run($0) },
    TileKernel { Tile<ISA, 9, 3, 0>.run($0) },
  ]
}

@inlinable @inline(__always)
public func tiles4<ISA: InstructionSet>(_: ISA.Type) -> [TileKernel] {
  [
    TileKernel { Tile<ISA, 1, 4, 0>.run($0) },
    TileKernel { Tile<ISA, 2, 4, 0>.run($0) },
    TileKernel { Tile<ISA, 3, 4, 0>.run($0) },
    TileKernel { Tile<ISA, 4, 4, 0>.run($0) },
    TileKernel { Tile<ISA, 5, 4, 0>.run($0) },
    TileKernel { Tile<ISA, 6, 4, 0>.run($0) },
    TileKernel { Tile<ISA, 7, 4, 0>.run($0) },
  ]
}

@inlinable @inline(__always)
public func prefetchingTiles4<ISA: InstructionSet>(_: ISA.Type) -> [TileKernel] {
  [
    TileKernel { Tile<ISA, 1, 4, 1>.run($0) },
    TileKernel { Tile<ISA, 2, 4, 2>.run($0) },
    TileKernel { Tile<ISA, 3, 4, 3>.run($0) },
    TileKernel { Tile<ISA, 4, 4, 4>.run($0) },
    TileKernel { Tile<ISA, 5, 4, 5>.run($0) },
    TileKernel { Tile<ISA, 6, 4, 6>.run($0) },
    TileKernel { Tile<ISA, 7, 4, 7>.run($0) },
  ]
}
