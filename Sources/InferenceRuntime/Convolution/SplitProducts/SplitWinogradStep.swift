import KernelTemplates
import NetworkGraph

/// Convolution in the transformed domain as in `WinogradConvolutionStep`, with split products.
///
/// A task transforms some tiles of the map, two blocks of channels at a time, and splits them; then it takes the output
/// channels through products and inverse transform, two blocks at a time as well.
struct SplitWinogradStep: ExecutionStep {
  private let products: SplitProductKernels
  private let tiles: WinogradTiles
  private let channels: [OutputTile]
  private let packed: PackedWeights
  private let inputBlocks: Int
  /// Where both blocks of a chunk of input channels start among the transformed values of one frequency.
  private let steps: IndexTable
  /// The same of a last chunk of one block, which is read twice, the second time for weights of zero.
  private let lastSteps: IndexTable
  private let tilesPerTask: Int
  private let threadCount: Int
  private let lanes: Int

  private var frequencies: Int { tiles.frequencies }
  private var chunkCount: Int { SplitWeights.chunkCount(inputBlocks * lanes) }
  /// Floats from one frequency to the next, of transformed values, of their terms and of products: odd numbers of cache
  /// lines, as in `WinogradConvolutionStep`.
  private var transformedStride: Int { (2 * tilesPerTask | 1) * lanes }
  private var termStride: Int { chunkCount * SplitProductSchedule.chunkStride(0..<tilesPerTask) + lanes }
  private var productStride: Int { pairCount(tilesPerTask) * 4 * SplitProductKernels.tileFloats + lanes }

  let algorithm = SplitWinogradF2Convolution().name
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  var scratchCount: Int {
    frequencies * (transformedStride + termStride + productStride) + tiles.gridCount
  }

  /// - Parameters:
  ///   - packed: weights, as `pack` makes them.
  ///   - cut: upper limits; fewer tiles in all samples make smaller tasks.
  init(
    _ problem: ConvolutionProblem, packed: PackedWeights, _ winograd: WinogradAlgorithm, kernels: KernelSet,
    cut: TaskCut, threadCount: Int
  ) {
    let tiles = WinogradTiles(problem, winograd, kernels: kernels)
    let tilesPerTask = tiles.limits(cut, problem).perTask
    self.tiles = tiles
    self.packed = packed
    self.tilesPerTask = tilesPerTask
    self.threadCount = threadCount
    products = kernels.splitProducts!
    lanes = kernels.lanes
    inputBlocks = blockCount(problem.inputChannels, lanes: kernels.lanes)
    channels = SplitWeights.tiles(blocks: blockCount(problem.outputChannels, lanes: kernels.lanes))
    steps = IndexTable([0, tilesPerTask * kernels.lanes])
    lastSteps = IndexTable([0, 0])
  }

  /// The weights in the transformed domain, split.
  static func pack(
    _ weights: WeightTensor, _ problem: ConvolutionProblem, _ winograd: WinogradAlgorithm, kernels: KernelSet
  ) -> PackedWeights {
    let lanes = kernels.lanes
    let tiles = SplitWeights.tiles(blocks: blockCount(problem.outputChannels, lanes: lanes))
    let depth = storedChannels(problem.inputChannels, lanes: lanes)
    return SplitWeights.pack(tiles: tiles, panels: winograd.frequencies, depth: depth) { target in
      weights.withUnsafeValues {
        packTransformedWeights(
          winograd, $0.baseAddress!, outputs: problem.outputChannels, inputs: problem.inputChannels, depth: depth,
          tiles: tiles, lanes: lanes, into: target)
      }
    }
  }

  func run(_ context: StepContext) {
    let total = tiles.perSample * context.batch
    let isShared = context.executor.isShared
    // A product takes as long for few tiles as for many: where each thread would have few, threads share the output
    // channels instead.
    let sharesTiles = isShared && total >= SplitProductSchedule.pair * threadCount
    let channelParts = isShared && !sharesTiles ? min(threadCount, channels.count) : 1
    let chunks = tiles.chunkCount(total, most: tilesPerTask, roundedTo: sharesTiles ? threadCount : 1)
    context.run(taskCount: chunks * channelParts) { worker, task in
      let (chunk, part) = task.quotientAndRemainder(dividingBy: channelParts)
      let count = channels.count
      products.begin()
      run(
        evenPart(chunk, of: chunks, of: total),
        channels[evenPart(part, of: channelParts, of: count)],
        scratch: context.scratch(worker: worker), context)
      products.end()
    }
  }

  private func run(
    _ range: Range<Int>, _ channels: ArraySlice<OutputTile>, scratch: UnsafeMutablePointer<Float>,
    _ context: StepContext
  ) {
    let transformed = scratch
    let terms = transformed + frequencies * transformedStride
    let sums = terms + frequencies * termStride
    let grid = sums + frequencies * productStride
    for chunk in 0..<chunkCount {
      let blocks = 2 * chunk..<min(2 * chunk + 2, inputBlocks)
      tiles.transformInput(
        range, blocks: blocks, into: transformed, frequencyStride: transformedStride,
        blockStride: tilesPerTask * lanes, grid: grid, context)
      split(transformed, tileCount: range.count, chunk, isWhole: blocks.count == 2, into: terms)
    }
    for tile in channels {
      multiply(terms, tileCount: range.count, tile, into: sums)
      transformOutput(sums, range, tile, grid: grid, context)
    }
  }

  private func split(
    _ transformed: UnsafePointer<Float>, tileCount: Int, _ chunk: Int, isWhole: Bool,
    into terms: UnsafeMutablePointer<Float>
  ) {
    let chunkStride = SplitProductSchedule.chunkStride(0..<tileCount)
    for frequency in 0..<frequencies {
      products.split(
        SplitArguments(
          input: transformed + frequency * transformedStride, positionStride: lanes, count: tileCount,
          steps: (isWhole ? steps : lastSteps).pointer, chunkCount: 1,
          output: terms + frequency * termStride + chunk * chunkStride, row: 0, chunkStride: chunkStride))
    }
  }

  /// `[frequency][pair of tiles of positions][vector][32 tiles of the map][16]`
  private func multiply(
    _ terms: UnsafePointer<Float>, tileCount: Int, _ tile: OutputTile, into sums: UnsafeMutablePointer<Float>
  ) {
    let chunkStride = SplitProductSchedule.chunkStride(0..<tileCount)
    let panel = chunkCount * tile.vectors * 2 * SplitProductKernels.tileFloats
    var weights = packed.pointer + frequencies * chunkCount * tile.firstBlock * 2 * SplitProductKernels.tileFloats
    for frequency in 0..<frequencies {
      for pair in 0..<pairCount(tileCount) {
        products.multiply(
          SplitProductArguments(
            values: terms + frequency * termStride + pair * 4 * SplitProductKernels.tileFloats,
            chunkStride: chunkStride,
            rows: SplitProductSchedule.tileCount(
              min(SplitProductSchedule.pair, tileCount - pair * SplitProductSchedule.pair)),
            weights: weights, columns: tile.vectors, chunkCount: chunkCount,
            sums: sums + frequency * productStride + pair * 4 * SplitProductKernels.tileFloats))
      }
      weights += panel
    }
  }

  private func transformOutput(
    _ sums: UnsafePointer<Float>, _ range: Range<Int>, _ tile: OutputTile, grid: UnsafeMutablePointer<Float>,
    _ context: StepContext
  ) {
    for vector in 0..<tile.vectors {
      for pair in 0..<pairCount(range.count) {
        let first = range.lowerBound + pair * SplitProductSchedule.pair
        tiles.transformOutput(
          sums + (2 * pair + vector) * 2 * SplitProductKernels.tileFloats, frequencyStride: productStride,
          first..<min(first + SplitProductSchedule.pair, range.upperBound), block: tile.firstBlock + vector, grid: grid,
          context)
      }
    }
  }

  private func pairCount(_ tiles: Int) -> Int { (tiles + SplitProductSchedule.pair - 1) / SplitProductSchedule.pair }
}
