import KernelTemplates

/// How Winograd's algorithms cut a convolution's map into tiles, and the transforms of those.
///
/// Tiles count from 0, sample by sample, and in a sample row by row.
struct WinogradTiles: Sendable {
  /// Products for each pair of channels of a tile.
  let frequencies: Int
  private let problem: ConvolutionProblem
  private let kernels: KernelSet
  private let transforms: WinogradKernels
  let bias: PackedWeights
  private let lanes: Int
  /// Output positions on an edge of a tile.
  private let edge: Int
  private let stride: Int
  private let rows: Int
  private let columns: Int

  init(_ problem: ConvolutionProblem, _ algorithm: WinogradAlgorithm, kernels: KernelSet) {
    let edge = algorithm.shape.outputs
    self.problem = problem
    self.edge = edge
    self.kernels = kernels
    lanes = kernels.lanes
    frequencies = algorithm.frequencies
    transforms = kernels.winograd[algorithm]!
    stride = algorithm.shape.stride
    rows = (problem.geometry.outputHeight + edge - 1) / edge
    columns = (problem.geometry.outputWidth + edge - 1) / edge
    bias = PackedWeights(problem.bias, paddedTo: storedChannels(problem.outputChannels, lanes: lanes))
  }

  var perSample: Int { rows * columns }

  /// Most tiles of a task, and parts of the output channels.
  func limits(_ cut: TaskCut, _ problem: ConvolutionProblem) -> (perTask: Int, channelParts: Int) {
    let total = perSample * problem.maximumBatch
    return switch cut {
    case .fixed, .stages: (total, 1)
    case .tiles(let perTask, let channelParts): (min(perTask, total), channelParts)
    }
  }

  /// Floats that a transform needs between columns and rows.
  var gridCount: Int { frequencies * lanes }

  /// `total` tiles in chunks of at most `most`, as few as make a multiple of `threadCount`.
  func chunkCount(_ total: Int, most: Int, roundedTo threadCount: Int) -> Int {
    let least = (total + most - 1) / most
    return min((least + threadCount - 1) / threadCount * threadCount, total)
  }

  /// `B^T d B` of some tiles and blocks of input channels, as `[frequency][block][tile][lanes]`.
  ///
  /// - Parameters:
  ///   - frequencyStride: floats from one frequency to the next.
  ///   - blockStride: floats from one block to the next.
  func transformInput(
    _ tiles: Range<Int>, blocks: Range<Int>, into transformed: UnsafeMutablePointer<Float>, frequencyStride: Int,
    blockStride: Int, grid: UnsafeMutablePointer<Float>, _ context: StepContext
  ) {
    let geometry = problem.geometry
    // Block by block: neighbouring tiles read neighbouring columns of the same rows, which the processor foresees.
    for block in blocks {
      for (index, tile) in tiles.enumerated() {
        let (sample, row, column) = place(tile)
        transforms.input(
          WinogradInputArguments(
            map: context.input(sample: sample) + block * geometry.inputArea * lanes,
            inputHeight: geometry.inputHeight, inputWidth: geometry.inputWidth,
            row: row * stride - geometry.paddingTop, column: column * stride - geometry.paddingLeft,
            output: transformed + (block - blocks.lowerBound) * blockStride + index * lanes,
            frequencyStride: frequencyStride, grid: grid))
      }
    }
  }

  /// `A^T m A` of some tiles and one block of output channels, with bias, residual and epilogue, into the output.
  ///
  /// - Parameter products: `[frequency][tile][lanes]`, frequencies `frequencyStride` floats apart.
  func transformOutput(
    _ products: UnsafePointer<Float>, frequencyStride: Int, _ tiles: Range<Int>, block: Int,
    grid: UnsafeMutablePointer<Float>, _ context: StepContext
  ) {
    let geometry = problem.geometry
    for (index, tile) in tiles.enumerated() {
      let (sample, row, column) = place(tile)
      let offset = (block * geometry.outputArea + row * geometry.outputWidth + column) * lanes
      let arguments = WinogradOutputArguments(
        input: products + index * lanes, frequencyStride: frequencyStride, bias: bias.pointer + block * lanes,
        residual: problem.hasResidual ? context.input(1, sample: sample) + offset : nil,
        output: context.output(sample: sample) + offset, rowStride: geometry.outputWidth * lanes,
        rows: min(edge, geometry.outputHeight - row), columns: min(edge, geometry.outputWidth - column),
        epilogue: problem.epilogue, grid: grid)
      transforms.output(arguments)
      kernels.apply(
        problem.epilogue, to: arguments.output, rows: arguments.rows, rowStride: arguments.rowStride,
        columns: arguments.columns, columnStride: lanes)
    }
  }

  /// The sample of a tile, and the row and column of its corner in the output.
  private func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
    let (sample, index) = tile.quotientAndRemainder(dividingBy: perSample)
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    return (sample, row * edge, column * edge)
  }
}
