import KernelTemplates
import NetworkGraph

/// Convolution in the transformed domain, one stage after the other: the threads transform many tiles of the map, then
/// multiply frequency by frequency, then transform the sums back.
///
/// The weights are read once for all of these tiles, and those of one frequency stay in a thread's cache. In return the
/// values between the stages leave that cache. `WinogradConvolutionStep`, whose tasks take few tiles through all stages,
/// reads the weights anew in each task. Layers with many channels, whose weights are many, are faster in stages.
struct WinogradStagesStep: ExecutionStep {
  /// Floats between the stages, transformed values and sums together. Layers of VGG-16 and ResNet-18 were fastest with 4
  /// to 8 MB on an AMD EPYC (Zen 3), whose third-level cache holds 32 MB: with less, the weights are read more often.
  private static let mostShared = 3 << 19

  private let winograd: WinogradAlgorithm
  private let tiles: WinogradTiles
  private let lanes: Int
  private let tiling: OutputTiling
  private let products: WinogradProducts
  /// Tiles of the map that go through the stages together.
  private let tilesPerChunk: Int
  private let threadCount: Int

  private var frequencies: Int { tiles.frequencies }
  private var inputBlocks: Int { products.inputBlocks }
  /// Floats from one frequency to the next: an odd number of vectors, as in `WinogradConvolutionStep`.
  private var inputStride: Int { (inputBlocks * tilesPerChunk | 1) * lanes }
  private var sumStride: Int { (tiling.blockCount * tilesPerChunk | 1) * lanes }

  var algorithm: String { "\(winograd.rawValue)/stages" }
  var bias: PackedWeights? { tiles.bias }
  var weightBytes: Int { products.weightBytes }
  var scratchCount: Int { tiles.gridCount }
  func sharedCount(batch: Int) -> Int { frequencies * (inputStride + sumStride) }

  /// - Parameter packed: transformed weights, as `WinogradConvolutionStep.pack` makes them.
  init(
    _ problem: ConvolutionProblem, packed: PackedWeights, _ winograd: WinogradAlgorithm, kernels: KernelSet,
    threadCount: Int
  ) {
    let tiles = WinogradTiles(problem, winograd, kernels: kernels)
    let tiling = OutputTiling(blocks: blockCount(problem.outputChannels, lanes: kernels.lanes), kernels: kernels)
    let channels = (blockCount(problem.inputChannels, lanes: kernels.lanes) + tiling.blockCount) * kernels.lanes
    tilesPerChunk = Self.tilesPerChunk(
      total: tiles.perSample * problem.maximumBatch, most: max(Self.mostShared / (winograd.frequencies * channels), 1))
    self.winograd = winograd
    self.tiles = tiles
    self.tiling = tiling
    self.threadCount = threadCount
    lanes = kernels.lanes
    products = WinogradProducts(
      problem, packed: packed, frequencies: winograd.frequencies, tiling: tiling, tileRoom: tilesPerChunk,
      kernels: kernels)
  }

  /// Even chunks.
  private static func tilesPerChunk(total: Int, most: Int) -> Int {
    let chunks = (total + most - 1) / most
    return (total + chunks - 1) / chunks
  }

  func run(_ context: StepContext) {
    let total = tiles.perSample * context.batch
    let chunks = (total + tilesPerChunk - 1) / tilesPerChunk
    for chunk in 0..<chunks {
      let range = evenPart(chunk, of: chunks, of: total)
      transformInput(range, context)
      multiply(tileCount: range.count, context)
      transformOutput(range, context)
    }
  }

  private func transformInput(_ range: Range<Int>, _ context: StepContext) {
    inParts(of: range, blocks: inputBlocks, context) { part, block, grid in
      tiles.transformInput(
        part, blocks: block..<block + 1,
        into: context.shared + (block * tilesPerChunk + part.lowerBound - range.lowerBound) * lanes,
        frequencyStride: inputStride, blockStride: tilesPerChunk * lanes, grid: grid, context)
    }
  }

  private func multiply(tileCount: Int, _ context: StepContext) {
    let sums = context.shared + frequencies * inputStride
    let parts = min(max((4 * threadCount + frequencies - 1) / frequencies, 1), tiling.tiles.count)
    context.run(taskCount: frequencies * parts) { _, task in
      let (frequency, part) = task.quotientAndRemainder(dividingBy: parts)
      for channels in tiling.tiles[evenPart(part, of: parts, of: tiling.tiles.count)] {
        products.multiply(
          context.shared + frequency * inputStride, tileCount: tileCount, channels, frequency: frequency,
          into: sums + frequency * sumStride + channels.firstBlock * tilesPerChunk * lanes)
      }
    }
  }

  private func transformOutput(_ range: Range<Int>, _ context: StepContext) {
    let sums = context.shared + frequencies * inputStride
    inParts(of: range, blocks: tiling.blockCount, context) { part, block, grid in
      tiles.transformOutput(
        sums + (block * tilesPerChunk + part.lowerBound - range.lowerBound) * lanes, frequencyStride: sumStride, part,
        block: block, grid: grid, context)
    }
  }

  /// Runs `body` for every block and some parts of `range`, so many that all threads have work.
  private func inParts(
    of range: Range<Int>, blocks: Int, _ context: StepContext,
    _ body: (_ part: Range<Int>, _ block: Int, _ grid: UnsafeMutablePointer<Float>) -> Void
  ) {
    let parts = min((4 * threadCount + blocks - 1) / blocks, range.count)
    context.run(taskCount: blocks * parts) { worker, task in
      let (block, part) = task.quotientAndRemainder(dividingBy: parts)
      let tiles = evenPart(part, of: parts, of: range.count)
      body(
        range.lowerBound + tiles.lowerBound..<range.lowerBound + tiles.upperBound, block,
        context.scratch(worker: worker))
    }
  }
}
