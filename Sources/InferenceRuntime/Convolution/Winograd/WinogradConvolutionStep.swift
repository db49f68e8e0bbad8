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
  private let tiling: OutputTiling
  private let products: WinogradProducts
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
  private var inputStride: Int { (products.inputBlocks * tilesPerTask | 1) * lanes }
  private var productStride: Int { (tiling.mostVectors * tilesPerTask | 1) * lanes }

  var algorithm: String { channelParts == 1 ? winograd.rawValue : "\(winograd.rawValue)/\(channelParts)" }
  var bias: PackedWeights? { tiles.bias }
  var weightBytes: Int { products.weightBytes }
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
    self.winograd = winograd
    self.kernels = kernels
    self.tiles = tiles
    self.tiling = tiling
    self.threadCount = threadCount
    self.channelParts = min(channelParts, tiling.tiles.count)
    self.tilesPerTask = tilesPerTask
    products = WinogradProducts(
      problem, packed: packed, frequencies: winograd.frequencies, tiling: tiling, tileRoom: tilesPerTask,
      kernels: kernels)
  }

  /// The weights in the transformed domain, in the order in which `WinogradProducts` reads them.
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
      let sums = transformed + frequencies * inputStride
      let grid = sums + frequencies * productStride
      tiles.transformInput(
        range, blocks: 0..<products.inputBlocks, into: transformed, frequencyStride: inputStride,
        blockStride: tilesPerTask * lanes, grid: grid, context)
      for channels in tiling.tiles[evenPart(part, of: channelParts, of: count)] {
        for frequency in 0..<frequencies {
          products.multiply(
            transformed + frequency * inputStride, tileCount: range.count, channels, frequency: frequency,
            into: sums + frequency * productStride)
        }
        for vector in 0..<channels.vectors {
          tiles.transformOutput(
            sums + vector * tilesPerTask * lanes, frequencyStride: productStride, range,
            block: channels.firstBlock + vector, grid: grid, context)
        }
      }
    }
  }
}
