import KernelTemplates
import NetworkGraph

/// The minimal filtering algorithms for 3x3 kernels with stride 1.
enum WinogradAlgorithm: String, Sendable {
  case f4 = "winograd-f4"
  case f2 = "winograd-f2"

  /// Output positions on an edge of a tile.
  var outputs: Int { self == .f4 ? 4 : 2 }
  var frequencies: Int { (outputs + 2) * (outputs + 2) }
}

/// Convolution in the transformed domain: each tile of the map is transformed, its frequencies are multiplied with the
/// transformed kernels, each frequency a matrix product over channels, and the sums are transformed back.
///
/// A task takes some tiles through all three stages, so that what lies between them stays in the thread's cache.
struct WinogradConvolutionStep: ExecutionStep {
  private let winograd: WinogradAlgorithm
  private let kernels: KernelSet
  private let problem: ConvolutionProblem
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let bias: PackedWeights
  private let zeros: PackedWeights
  /// Offset of each block of input channels among the transformed values of one frequency.
  private let steps: IndexTable
  private let tileRows: Int
  private let tileColumns: Int
  /// Tiles of the map in one task.
  private let tilesPerTask: Int
  /// Parts into which the output channels are cut, each a task of its own.
  private let channelParts: Int
  private let threadCount: Int

  private var lanes: Int { kernels.lanes }
  private var inputBlocks: Int { (problem.inputChannels + lanes - 1) / lanes }
  private var outputBlocks: Int { (problem.outputChannels + lanes - 1) / lanes }
  private var tilesPerSample: Int { tileRows * tileColumns }
  /// Transformed input values of one frequency.
  private var inputStride: Int { inputBlocks * tilesPerTask * lanes }
  private var outputStride: Int { outputBlocks * tilesPerTask * lanes }

  var algorithm: String { channelParts == 1 ? winograd.rawValue : "\(winograd.rawValue)/\(channelParts)" }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  var scratchCount: Int { winograd.frequencies * (inputStride + outputStride + lanes) }

  /// - Parameters:
  ///   - tilesPerTask: upper limit; a map of fewer tiles, for a batch of `maximumBatch`, makes smaller tasks.
  init(
    _ problem: ConvolutionProblem, weights: WeightTensor, _ winograd: WinogradAlgorithm, kernels: KernelSet,
    tilesPerTask: Int, channelParts: Int, maximumBatch: Int, threadCount: Int
  ) {
    let lanes = kernels.lanes
    let outputBlocks = (problem.outputChannels + lanes - 1) / lanes
    let depth = (problem.inputChannels + lanes - 1) / lanes * lanes
    let tiling = OutputTiling(blocks: outputBlocks, kernels: kernels)
    let pack = winograd == .f4 ? packWinogradF4 : packWinogradF2
    self.winograd = winograd
    self.kernels = kernels
    self.problem = problem
    self.tiling = tiling
    self.threadCount = threadCount
    self.channelParts = min(channelParts, tiling.tiles.count)
    tileRows = (problem.geometry.outputHeight + winograd.outputs - 1) / winograd.outputs
    tileColumns = (problem.geometry.outputWidth + winograd.outputs - 1) / winograd.outputs
    self.tilesPerTask = min(tilesPerTask, tileRows * tileColumns * maximumBatch)
    packed = PackedWeights(count: winograd.frequencies * depth * outputBlocks * lanes) { target in
      weights.withUnsafeValues {
        pack(
          $0.baseAddress!, problem.outputChannels, problem.inputChannels, depth, tiling.tiles, lanes, target)
      }
    }
    bias = PackedWeights(problem.bias, paddedTo: outputBlocks * lanes)
    zeros = PackedWeights(count: kernels.tiles.count * lanes) { _ in }
    steps = IndexTable((0..<depth / lanes).map { [tilesPerTask = self.tilesPerTask] in $0 * tilesPerTask * lanes })
  }

  func run(_ context: StepContext) {
    let total = tilesPerSample * context.batch
    let chunks = chunkCount(total)
    context.run(taskCount: chunks * channelParts) { worker, task in
      let (chunk, part) = task.quotientAndRemainder(dividingBy: channelParts)
      let tiles = total * chunk / chunks..<total * (chunk + 1) / chunks
      let count = tiling.tiles.count
      let channels = tiling.tiles[count * part / channelParts..<count * (part + 1) / channelParts]
      let transformed = context.scratch(worker: worker)
      let products = transformed + winograd.frequencies * inputStride
      let grid = products + winograd.frequencies * outputStride
      transformInput(tiles, into: transformed, grid: grid, context)
      multiply(transformed, tileCount: tiles.count, channels, into: products)
      transformOutput(products, tiles, channels, grid: grid, context)
    }
  }

  /// Chunks of at most `tilesPerTask` tiles, as many as make every thread take equally many.
  private func chunkCount(_ total: Int) -> Int {
    let least = (total + tilesPerTask - 1) / tilesPerTask
    guard channelParts == 1 else { return least }
    return min((least + threadCount - 1) / threadCount * threadCount, total)
  }

  private func transformInput(
    _ tiles: Range<Int>, into transformed: UnsafeMutablePointer<Float>, grid: UnsafeMutablePointer<Float>,
    _ context: StepContext
  ) {
    let geometry = problem.geometry
    let transform = winograd == .f4 ? kernels.winogradF4Input : kernels.winogradF2Input
    for (index, tile) in tiles.enumerated() {
      let (sample, row, column) = place(tile)
      let input = context.input(sample: sample)
      for block in 0..<inputBlocks {
        transform(
          WinogradInputArguments(
            map: input + block * geometry.inputArea * lanes, inputHeight: geometry.inputHeight,
            inputWidth: geometry.inputWidth, row: row - geometry.paddingTop, column: column - geometry.paddingLeft,
            output: transformed + (block * tilesPerTask + index) * lanes, frequencyStride: inputStride,
            grid: grid))
      }
    }
  }

  private func multiply(
    _ transformed: UnsafePointer<Float>, tileCount: Int, _ channels: ArraySlice<OutputTile>,
    into products: UnsafeMutablePointer<Float>
  ) {
    let depth = inputBlocks * lanes
    for frequency in 0..<winograd.frequencies {
      for tile in channels {
        let weights = packed.pointer + (frequency * outputBlocks + tile.firstBlock) * depth * lanes
        let output = products + frequency * outputStride + tile.firstBlock * tilesPerTask * lanes
        let runs = (tileCount + kernels.tiles[tile.vectors - 1].count - 1) / kernels.tiles[tile.vectors - 1].count
        for run in 0..<runs {
          let first = tileCount * run / runs
          kernels.tile(vectors: tile.vectors, positions: tileCount * (run + 1) / runs - first)(
            TileArguments(
              input: transformed + frequency * inputStride + first * lanes, positionStride: lanes,
              steps: steps.pointer, stepCount: steps.count, inner: lanes, weights: weights, bias: zeros.pointer,
              residual: nil, output: output + first * lanes, outputStride: lanes, blockStride: tilesPerTask * lanes,
              lower: -.infinity, upper: .infinity))
        }
      }
    }
  }

  private func transformOutput(
    _ products: UnsafePointer<Float>, _ tiles: Range<Int>, _ channels: ArraySlice<OutputTile>,
    grid: UnsafeMutablePointer<Float>, _ context: StepContext
  ) {
    let geometry = problem.geometry
    let transform = winograd == .f4 ? kernels.winogradF4Output : kernels.winogradF2Output
    let blocks = channels.first!.firstBlock..<channels.last!.firstBlock + channels.last!.vectors
    for (index, tile) in tiles.enumerated() {
      let (sample, row, column) = place(tile)
      let output = context.output(sample: sample)
      let residual = problem.hasResidual ? context.input(1, sample: sample) : nil
      for block in blocks {
        let offset = (block * geometry.outputArea + row * geometry.outputWidth + column) * lanes
        transform(
          WinogradOutputArguments(
            input: products + (block * tilesPerTask + index) * lanes, frequencyStride: outputStride,
            bias: bias.pointer + block * lanes, residual: residual.map { $0 + offset }, output: output + offset,
            rowStride: geometry.outputWidth * lanes, rows: min(winograd.outputs, geometry.outputHeight - row),
            columns: min(winograd.outputs, geometry.outputWidth - column), lower: problem.bounds.lower,
            upper: problem.bounds.upper, grid: grid))
      }
    }
  }

  /// The sample of a tile, and the row and column of its corner in the output.
  private func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
    let (sample, index) = tile.quotientAndRemainder(dividingBy: tilesPerSample)
    let (row, column) = index.quotientAndRemainder(dividingBy: tileColumns)
    return (sample, row * winograd.outputs, column * winograd.outputs)
  }
}
