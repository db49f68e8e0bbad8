import InferenceRuntime
import KernelTemplates

/// A convolution of stride 1, or the gradient of its input, on maps in blocks of samples.
struct SampleConvolutionStep: TrainingStep {
  private let geometry: WindowGeometry
  private let inputs: Int
  private let outputs: Int
  private let weights: KernelView
  /// Unchecked: whoever updates parameters does so between batches.
  nonisolated(unsafe) private let bias: UnsafePointer<Float>
  private let zeros: LargeBuffer
  private let epilogue: Epilogue
  private let input: BatchValue
  private let output: BatchValue
  private let kernels: KernelSet
  /// Output channels of each tile, and neighbouring columns.
  private let tiles: [Range<Int>]
  private let runs: [ColumnRun]
  /// `[kernel row][input]`: from a window's first value in a block of samples.
  private let steps: IndexTable
  private let rowParts: [Range<Int>]

  /// The rows of a task. They are few, so that other threads can help a delayed one.
  private static let rowsOfTask = 8

  /// - Parameter bias: one an output; none for zeros.
  init(
    _ geometry: WindowGeometry, inputs: Int, outputs: Int, weights: KernelView, bias: UnsafePointer<Float>?,
    epilogue: Epilogue, input: BatchValue, output: BatchValue, kernels: KernelSet
  ) {
    self.geometry = geometry
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    zeros = LargeBuffer(outputs)
    self.bias = bias ?? UnsafePointer(zeros.pointer)
    self.epilogue = epilogue
    self.input = input
    self.output = output
    self.kernels = kernels
    let sizes = kernels.training.sampleBlocks.tiles
    tiles = evenParts(of: outputs, most: sizes[0].count)
    runs = ColumnRun.runs(geometry, most: sizes.count)
    steps = IndexTable(
      (0..<geometry.kernelHeight * inputs).map { step in
        let (row, input) = step.quotientAndRemainder(dividingBy: inputs)
        return (input * geometry.inputArea + row * geometry.inputWidth) * kernels.lanes
      })
    rowParts = evenParts(of: geometry.outputHeight, most: Self.rowsOfTask)
  }

  var algorithm: String { "direct, samples" }
  /// `[tile][kernel row][input][kernel column][outputs of the tile]`: the weights, packed.
  var sharedCount: Int { outputs * inputs * geometry.kernelArea }

  func run(_ context: TrainingContext) {
    pack(context.shared)
    context.pool.run(taskCount: context.batch * rowParts.count) { _, task in
      let (block, part) = task.quotientAndRemainder(dividingBy: rowParts.count)
      for tile in tiles {
        for row in rowParts[part] { run(row, tile, input.sample(block), output.sample(block), context.shared) }
      }
    }
  }

  private func pack(_ packed: UnsafeMutablePointer<Float>) {
    var place = packed
    for tile in tiles {
      for step in 0..<steps.count {
        let (row, input) = step.quotientAndRemainder(dividingBy: inputs)
        for column in 0..<geometry.kernelWidth {
          let tap = weights.taps[row * geometry.kernelWidth + column]
          let source = weights.values + input * weights.inputStride + tap
          for output in tile { place[output - tile.lowerBound] = tap < 0 ? 0 : source[output * weights.outputStride] }
          place += tile.count
        }
      }
    }
  }

  /// One row of the tile's output channels.
  private func run(
    _ row: Int, _ tile: Range<Int>, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    _ packed: UnsafePointer<Float>
  ) {
    let (lanes, width) = (kernels.lanes, geometry.kernelWidth)
    let kernelRows = geometry.realKernelRows(output: row)
    let weights =
      packed + tile.lowerBound * inputs * geometry.kernelArea
      + kernelRows.lowerBound * inputs * width * tile.count
    let values = input + (row - geometry.paddingTop) * geometry.inputWidth * lanes
    let target = output + (tile.lowerBound * geometry.outputArea + row * geometry.outputWidth) * lanes
    var arguments = SampleTileArguments(
      values: values, steps: steps.pointer + kernelRows.lowerBound * inputs, stepCount: kernelRows.count * inputs,
      inner: 0, weights: weights, weightStride: width * tile.count, bias: bias + tile.lowerBound, output: target,
      outputStride: geometry.outputArea * lanes, epilogue: epilogue)
    for run in runs {
      arguments.values = values + (run.columns.lowerBound - geometry.paddingLeft + run.taps.lowerBound) * lanes
      arguments.weights = weights + run.taps.lowerBound * tile.count
      arguments.inner = run.taps.count
      arguments.output = target + run.columns.lowerBound * lanes
      kernels.training.sampleBlocks.tiles[run.columns.count - 1][tile.count - 1].run(arguments)
    }
    kernels.apply(
      epilogue, to: target, rows: tile.count, rowStride: geometry.outputArea * lanes, columns: geometry.outputWidth,
      columnStride: lanes)
  }
}
