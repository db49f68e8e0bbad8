import KernelTemplates
import NetworkGraph

/// Convolution in the transformed domain: each tile of the map is transformed, its frequencies are multiplied with the
/// transformed kernels, each frequency a matrix product over channels, and the sums are transformed back.
///
/// A task transforms some tiles of the map, then takes one tile of output channels after the other through products and
/// inverse transform, so that what lies between them stays in the thread's cache.
struct WinogradConvolutionStep: ExecutionStep {
  private let winograd: WinogradAlgorithm
  private let transforms: WinogradKernels
  private let kernels: KernelSet
  private let problem: ConvolutionProblem
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let bias: PackedWeights
  /// Offset of each block of input channels among the transformed values of one frequency.
  private let steps: IndexTable
  private let frequencies: Int
  /// Output positions on an edge of a tile of the map.
  private let edge: Int
  private let stride: Int
  private let tileRows: Int
  private let tileColumns: Int
  /// Tiles of the map in one task.
  private let tilesPerTask: Int
  /// Parts into which the output channels are cut, each a task of its own.
  private let channelParts: Int
  private let threadCount: Int

  private var lanes: Int { kernels.lanes }
  private var inputBlocks: Int { blockCount(problem.inputChannels, lanes: lanes) }
  private var tilesPerSample: Int { tileRows * tileColumns }
  /// Floats from one frequency of the transformed input, and of the products, to the next: an odd number of cache
  /// lines, since an even one would put all frequencies of a tile into a few sets of the cache.
  private var inputStride: Int { (inputBlocks * tilesPerTask | 1) * lanes }
  private var productStride: Int { (tiling.mostVectors * tilesPerTask | 1) * lanes }

  /// Whether a task's weights are more than the cache keeps for the next one.
  private var prefetchesWeights: Bool { packed.count > SecondLevelCache.residentCount }

  var algorithm: String { channelParts == 1 ? winograd.rawValue : "\(winograd.rawValue)/\(channelParts)" }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  var scratchCount: Int { frequencies * (inputStride + productStride + lanes) }

  /// - Parameters:
  ///   - packed: transformed weights, as `pack` makes them.
  ///   - tilesPerTask: upper limit; fewer tiles in all samples make smaller tasks.
  init(
    _ problem: ConvolutionProblem, packed: PackedWeights, _ winograd: WinogradAlgorithm, kernels: KernelSet,
    tilesPerTask: Int, channelParts: Int, threadCount: Int
  ) {
    let lanes = kernels.lanes
    let outputBlocks = blockCount(problem.outputChannels, lanes: lanes)
    let depth = storedChannels(problem.inputChannels, lanes: lanes)
    let tiling = OutputTiling(blocks: outputBlocks, kernels: kernels)
    let edge = winograd.shape.outputs
    self.winograd = winograd
    self.kernels = kernels
    self.problem = problem
    self.packed = packed
    self.tiling = tiling
    self.threadCount = threadCount
    self.channelParts = min(channelParts, tiling.tiles.count)
    self.edge = edge
    frequencies = winograd.frequencies
    transforms = kernels.winograd[winograd]!
    stride = winograd.shape.stride
    tileRows = (problem.geometry.outputHeight + edge - 1) / edge
    tileColumns = (problem.geometry.outputWidth + edge - 1) / edge
    self.tilesPerTask = min(tilesPerTask, tileRows * tileColumns * problem.maximumBatch)
    bias = PackedWeights(problem.bias, paddedTo: outputBlocks * lanes)
    steps = IndexTable((0..<depth / lanes).map { [tilesPerTask = self.tilesPerTask] in $0 * tilesPerTask * lanes })
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
    let total = tilesPerSample * context.batch
    // A thread that begins alone would transform the map for each part of the channels, and read weights for each chunk.
    let isShared = context.executor.isShared
    let channelParts = isShared ? self.channelParts : 1
    let chunks = chunkCount(total, roundedTo: isShared && channelParts == 1 ? threadCount : 1)
    context.run(taskCount: chunks * channelParts) { worker, task in
      let (chunk, part) = task.quotientAndRemainder(dividingBy: channelParts)
      let tiles = total * chunk / chunks..<total * (chunk + 1) / chunks
      let count = tiling.tiles.count
      let transformed = context.scratch(worker: worker)
      let products = transformed + frequencies * inputStride
      let grid = products + frequencies * productStride
      transformInput(tiles, into: transformed, grid: grid, context)
      for channels in tiling.tiles[count * part / channelParts..<count * (part + 1) / channelParts] {
        multiply(transformed, tileCount: tiles.count, channels, into: products)
        transformOutput(products, tiles, channels, grid: grid, context)
      }
    }
  }

  /// Chunks of at most `tilesPerTask` tiles, as few as make a multiple of `threadCount`.
  private func chunkCount(_ total: Int, roundedTo threadCount: Int) -> Int {
    let least = (total + tilesPerTask - 1) / tilesPerTask
    return min((least + threadCount - 1) / threadCount * threadCount, total)
  }

  private func transformInput(
    _ tiles: Range<Int>, into transformed: UnsafeMutablePointer<Float>, grid: UnsafeMutablePointer<Float>,
    _ context: StepContext
  ) {
    let geometry = problem.geometry
    // Block by block: neighbouring tiles read neighbouring columns of the same rows, which the processor foresees.
    for block in 0..<inputBlocks {
      for (index, tile) in tiles.enumerated() {
        let (sample, row, column) = place(tile)
        transforms.input(
          WinogradInputArguments(
            map: context.input(sample: sample) + block * geometry.inputArea * lanes,
            inputHeight: geometry.inputHeight, inputWidth: geometry.inputWidth,
            row: row * stride - geometry.paddingTop, column: column * stride - geometry.paddingLeft,
            output: transformed + (block * tilesPerTask + index) * lanes, frequencyStride: inputStride,
            grid: grid))
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
        let blocks = inputBlocks * part / parts..<inputBlocks * (part + 1) / parts
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
        blockStride: tilesPerTask * lanes, lower: -.infinity, upper: .infinity)
      if prefetchesWeights { arguments.prefetchWeights(behind: vectors, lanes: lanes, run: run, runs: runs) }
      let positions = tileCount * (run + 1) / runs - first
      kernels.prefetchingTile(vectors: vectors, positions: positions).run(arguments)
    }
  }

  private func transformOutput(
    _ products: UnsafePointer<Float>, _ tiles: Range<Int>, _ channels: OutputTile,
    grid: UnsafeMutablePointer<Float>, _ context: StepContext
  ) {
    let geometry = problem.geometry
    for vector in 0..<channels.vectors {
      let block = channels.firstBlock + vector
      for (index, tile) in tiles.enumerated() {
        let (sample, row, column) = place(tile)
        let offset = (block * geometry.outputArea + row * geometry.outputWidth + column) * lanes
        transforms.output(
          WinogradOutputArguments(
            input: products + (vector * tilesPerTask + index) * lanes, frequencyStride: productStride,
            bias: bias.pointer + block * lanes,
            residual: problem.hasResidual ? context.input(1, sample: sample) + offset : nil,
            output: context.output(sample: sample) + offset, rowStride: geometry.outputWidth * lanes,
            rows: min(edge, geometry.outputHeight - row), columns: min(edge, geometry.outputWidth - column),
            lower: problem.bounds.lower, upper: problem.bounds.upper, grid: grid))
      }
    }
  }

  /// The sample of a tile, and the row and column of its corner in the output.
  private func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
    let (sample, index) = tile.quotientAndRemainder(dividingBy: tilesPerSample)
    let (row, column) = index.quotientAndRemainder(dividingBy: tileColumns)
    return (sample, row * edge, column * edge)
  }
}
