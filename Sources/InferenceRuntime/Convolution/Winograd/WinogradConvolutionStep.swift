import KernelTemplates
import NetworkGraph

/// Convolution in the transformed domain: each tile of the map is transformed, its frequencies are multiplied with the
/// transformed kernels, each frequency a matrix product over channels, and the sums are transformed back.
///
/// A task transforms some tiles of the map, then takes one tile of output channels after the other through products and
/// inverse transform, so that what lies between them stays in the thread's cache.
struct WinogradConvolutionStep: ExecutionStep {
  private let winograd: WinogradAlgorithm
  private let tiles: WinogradTiles
  private let kernels: KernelSet
  private let inputBlocks: Int
  private let tiling: OutputTiling
  private let packed: PackedWeights
  /// Offset of each block of input channels among the transformed values of one frequency.
  private let steps: IndexTable
  /// Tiles of the map in one task.
  private let tilesPerTask: Int
  /// Parts into which the output channels are cut, each a task of its own.
  private let channelParts: Int
  private let threadCount: Int

  private var lanes: Int { kernels.lanes }
  private var frequencies: Int { tiles.frequencies }
  /// Floats from one frequency of the transformed input, and of the products, to the next: an odd number of vectors.
  /// With 16 lanes these are cache lines, with 8 lanes halves of them; an even number of lines would put all frequencies of
  /// a tile into a few sets of the cache.
  private var inputStride: Int { (inputBlocks * tilesPerTask | 1) * lanes }
  private var productStride: Int { (tiling.mostVectors * tilesPerTask | 1) * lanes }

  /// Whether a task's weights are more than the cache keeps for the next one.
  private var prefetchesWeights: Bool { packed.count > SecondLevelCache.residentCount }

  var algorithm: String { channelParts == 1 ? winograd.rawValue : "\(winograd.rawValue)/\(channelParts)" }
  var bias: PackedWeights? { tiles.bias }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  var scratchCount: Int { frequencies * (inputStride + productStride) + tiles.gridCount }

  /// - Parameters:
  ///   - packed: transformed weights, as `pack` makes them.
  ///   - cut: upper limits; fewer tiles in all samples make smaller tasks, and few channels fewer parts.
  init(
    _ problem: ConvolutionProblem, packed: PackedWeights, _ winograd: WinogradAlgorithm, kernels: KernelSet,
    cut: TaskCut, threadCount: Int
  ) {
    let lanes = kernels.lanes
    let tiles = WinogradTiles(problem, winograd, kernels: kernels)
    let (tilesPerTask, channelParts) = tiles.limits(cut, problem)
    let tiling = OutputTiling(blocks: blockCount(problem.outputChannels, lanes: lanes), kernels: kernels)
    let inputBlocks = blockCount(problem.inputChannels, lanes: lanes)
    self.winograd = winograd
    self.kernels = kernels
    self.tiles = tiles
    self.packed = packed
    self.tiling = tiling
    self.threadCount = threadCount
    self.channelParts = min(channelParts, tiling.tiles.count)
    self.inputBlocks = inputBlocks
    self.tilesPerTask = tilesPerTask
    steps = IndexTable((0..<inputBlocks).map { $0 * tilesPerTask * lanes })
  }

  /// The weights in the transformed domain, in the order in which the step reads them.
  static func pack(
    _ weights: WeightTensor, _ problem: ConvolutionProblem, _ winograd: WinogradAlgorithm, kernels: KernelSet
  ) -> PackedWeights {
    let lanes = kernels.lanes
    let outputBlocks = blockCount(problem.outputChannels, lanes: lanes)
    let depth = storedChannels(problem.inputChannels, lanes: lanes)
    return PackedWeights(count: winograd.frequencies * depth * outputBlocks * lanes) { target in
      weights.withUnsafeValues {
        packTransformedWeights(
          winograd, $0.baseAddress!, outputs: problem.outputChannels, inputs: problem.inputChannels, depth: depth,
          tiles: OutputTiling(blocks: outputBlocks, kernels: kernels).tiles, lanes: lanes, into: target)
      }
    }
  }

  func run(_ context: StepContext) {
    let total = tiles.perSample * context.batch
    // A thread that begins alone would transform the map for each part of the channels, and read weights for each chunk.
    let isShared = context.executor.isShared
    let channelParts = isShared ? self.channelParts : 1
    let chunks = tiles.chunkCount(
      total, most: tilesPerTask, roundedTo: isShared && channelParts == 1 ? threadCount : 1)
    context.run(taskCount: chunks * channelParts) { worker, task in
      let (chunk, part) = task.quotientAndRemainder(dividingBy: channelParts)
      let range = evenPart(chunk, of: chunks, of: total)
      let count = tiling.tiles.count
      let transformed = context.scratch(worker: worker)
      let products = transformed + frequencies * inputStride
      let grid = products + frequencies * productStride
      tiles.transformInput(
        range, blocks: 0..<inputBlocks, into: transformed, frequencyStride: inputStride,
        blockStride: tilesPerTask * lanes, grid: grid, context)
      for channels in tiling.tiles[evenPart(part, of: channelParts, of: count)] {
        multiply(transformed, tileCount: range.count, channels, into: products)
        for vector in 0..<channels.vectors {
          tiles.transformOutput(
            products + vector * tilesPerTask * lanes, frequencyStride: productStride, range,
            block: channels.firstBlock + vector, grid: grid, context)
        }
      }
    }
  }

  /// Frequency by frequency, and part by part of the input channels: of so many that their weights stay in the cache for
  /// all tiles.
  private func multiply(
    _ transformed: UnsafePointer<Float>, tileCount: Int, _ channels: OutputTile,
    into products: UnsafeMutablePointer<Float>
  ) {
    let blockWeights = lanes * channels.vectors * lanes
    let parts = FirstLevelCache.partCount(of: inputBlocks * blockWeights)
    var weights = packed.pointer + frequencies * inputBlocks * lanes * channels.firstBlock * lanes
    for frequency in 0..<frequencies {
      for part in 0..<parts {
        let blocks = evenPart(part, of: parts, of: inputBlocks)
        multiply(
          blocks, of: transformed + frequency * inputStride, tileCount: tileCount, weights, vectors: channels.vectors,
          into: products + frequency * productStride)
        weights += blocks.count * blockWeights
      }
    }
  }

  /// Adds the products of some blocks of input channels to those of the blocks before them.
  private func multiply(
    _ blocks: Range<Int>, of transformed: UnsafePointer<Float>, tileCount: Int, _ weights: UnsafePointer<Float>,
    vectors: Int, into products: UnsafeMutablePointer<Float>
  ) {
    let isFirst = blocks.lowerBound == 0
    let runs = tiling.runCount(of: tileCount, vectors: vectors)
    for run in 0..<runs {
      let first = tileCount * run / runs
      let output = products + first * lanes
      var arguments = TileArguments(
        input: transformed + first * lanes, positionStride: lanes, steps: steps.pointer + blocks.lowerBound,
        stepCount: blocks.count, inner: lanes, weights: weights, bias: isFirst ? PackedWeights.zeros.pointer : nil,
        addend: isFirst ? nil : UnsafePointer(output), output: output, outputStride: lanes,
        blockStride: tilesPerTask * lanes, epilogue: .none)
      if prefetchesWeights { arguments.prefetchWeights(behind: vectors, lanes: lanes, run: run, runs: runs) }
      let positions = tileCount * (run + 1) / runs - first
      kernels.prefetchingTile(vectors: vectors, positions: positions).run(arguments)
    }
  }
}
