import KernelTemplates
import NetworkGraph

/// Direct convolution by products of tiles of bfloat16, two of which stand for each f32; see `SplitProductKernels`.
///
/// A task takes some output positions: it splits their input values into terms in its thread's memory, some chunks of
/// the depth at a time, and multiplies them with the weights of one tile of output channels after the other.
struct SplitProductStep: ExecutionStep {
  private static let tileFloats = SplitProductKernels.tileFloats

  private let kernels: KernelSet
  private let products: SplitProductKernels
  private let source: ConvolutionSource
  private let tiles: [OutputTile]
  /// Where both halves of each chunk start in a window.
  private let steps: IndexTable
  private let packed: PackedWeights
  private let bias: PackedWeights
  private let schedule: SplitProductSchedule
  private let lanes: Int

  private var problem: ConvolutionProblem { source.problem }
  private var access: WindowAccess { source.access }

  let algorithm = SplitDirectConvolution().name
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  /// Terms of values, and the sums of one pair of tiles by another.
  var scratchCount: Int { schedule.valueCount + 4 * Self.tileFloats }

  /// - Parameters:
  ///   - problem: of one group.
  ///   - packed: weights, as `pack` makes them.
  init(_ problem: ConvolutionProblem, packed: PackedWeights, kernels: KernelSet, threadCount: Int) {
    let source = Self.source(problem, kernels)
    let steps = Self.chunks(source.access).steps
    let blocks = blockCount(problem.outputChannels, lanes: kernels.lanes)
    let tiles = SplitWeights.tiles(blocks: blocks)
    self.packed = packed
    self.kernels = kernels
    products = kernels.splitProducts!
    lanes = kernels.lanes
    bias = PackedWeights(problem.bias, paddedTo: blocks * kernels.lanes)
    schedule = SplitProductSchedule(
      chunkCount: steps.count / 2, area: problem.geometry.outputArea, tileCount: tiles.count,
      maximumBatch: problem.maximumBatch, threadCount: threadCount)
    self.source = source
    self.tiles = tiles
    self.steps = IndexTable(steps)
  }

  private static func source(_ problem: ConvolutionProblem, _ kernels: KernelSet) -> ConvolutionSource {
    ConvolutionSource(problem, kernels: kernels, subsamples: false, readsWholeBlocks: true)
  }

  /// Terms of the weights, as `SplitWeights` orders them.
  static func pack(_ weights: WeightTensor, _ problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    let order = chunks(source(problem, kernels).access).order
    let tiles = SplitWeights.tiles(blocks: blockCount(problem.outputChannels, lanes: kernels.lanes))
    return SplitWeights.pack(tiles: tiles, panels: 1, depth: order.count) { target in
      weights.withUnsafeValues {
        packWeights(
          $0.baseAddress!, outputs: problem.outputChannels,
          rowLength: problem.inputChannels * problem.geometry.kernelArea, order: order, tiles: tiles,
          lanes: kernels.lanes, into: target)
      }
    }
  }

  /// Steps in pairs. A last one without another is read twice, the second time for weights of zero.
  private static func chunks(_ access: WindowAccess) -> (steps: [Int], order: [Int32]) {
    var steps = (0..<access.stepCount).map { access.steps.pointer[$0] }
    var order = access.weightOrder
    if steps.count % 2 == 1 {
      steps.append(steps.last!)
      order += [Int32](repeating: -1, count: access.inner)
    }
    return (steps, order)
  }

  func sharedCount(batch: Int) -> Int { source.sharedCount(batch: batch) }

  func run(_ context: StepContext) {
    source.prepare(context)
    let tasks = schedule.tasks(batch: context.batch, isShared: context.executor.isShared)
    context.run(taskCount: tasks.count) { worker, task in
      products.begin()
      run(tasks[task], context, scratch: context.scratch(worker: worker))
      products.end()
    }
  }

  private func run(_ task: SplitProductTask, _ context: StepContext, scratch: UnsafeMutablePointer<Float>) {
    let sums = scratch + schedule.valueCount
    for chunks in schedule.depthParts {
      split(task.positions, chunks, into: scratch, context)
      for tile in tiles[task.tiles] {
        for first in stride(from: 0, to: task.positions.count, by: SplitProductSchedule.pair) {
          let count = min(SplitProductSchedule.pair, task.positions.count - first)
          multiply(
            scratch + first / SplitProductKernels.edge * 2 * Self.tileFloats, count: count, chunks, tile,
            chunkStride: schedule.chunkStride(task), into: sums)
          let start = task.positions.lowerBound + first
          finish(sums, start..<start + count, chunks, tile, context)
        }
      }
    }
  }

  /// Row by row of the output.
  private func split(
    _ positions: Range<Int>, _ chunks: Range<Int>, into values: UnsafeMutablePointer<Float>, _ context: StepContext
  ) {
    var position = positions.lowerBound
    while position < positions.upperBound {
      let (sample, place) = position.quotientAndRemainder(dividingBy: problem.geometry.outputArea)
      let (row, column) = place.quotientAndRemainder(dividingBy: access.rowWidth)
      let count = min(access.rowWidth - column, positions.upperBound - position)
      products.split(
        SplitArguments(
          input: source.input(sample: sample, context) + row * access.rowStride + column * access.positionStride,
          positionStride: access.positionStride, count: count, steps: steps.pointer + 2 * chunks.lowerBound,
          chunkCount: chunks.count, output: values, row: position - positions.lowerBound,
          chunkStride: SplitProductSchedule.chunkStride(positions)))
      position += count
    }
  }

  private func multiply(
    _ values: UnsafePointer<Float>, count: Int, _ chunks: Range<Int>, _ tile: OutputTile, chunkStride: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    let chunkCount = steps.count / 2
    let start = chunkCount * tile.firstBlock + chunks.lowerBound * tile.vectors
    products.multiply(
      SplitProductArguments(
        values: values, chunkStride: chunkStride, rows: SplitProductSchedule.tileCount(count),
        weights: packed.pointer + start * 2 * Self.tileFloats, columns: tile.vectors, chunkCount: chunks.count,
        sums: sums))
  }

  /// Finishes the sums sample by sample. The first part of the depth starts from bias and residual, and later parts
  /// start from the sums so far.
  private func finish(
    _ sums: UnsafePointer<Float>, _ positions: Range<Int>, _ chunks: Range<Int>, _ tile: OutputTile,
    _ context: StepContext
  ) {
    let area = problem.geometry.outputArea
    let isFirst = chunks.lowerBound == 0
    let epilogue = chunks.upperBound == steps.count / 2 ? problem.epilogue : .none
    var position = positions.lowerBound
    while position < positions.upperBound {
      let (sample, place) = position.quotientAndRemainder(dividingBy: area)
      let count = min(area - place, positions.upperBound - position)
      let offset = (tile.firstBlock * area + place) * lanes
      let output = context.output(sample: sample) + offset
      let residual = problem.hasResidual ? context.input(1, sample: sample) + offset : nil
      products.finish(
        SplitSumArguments(
          sums: sums + (position - positions.lowerBound) * lanes, count: count, columns: tile.vectors,
          bias: isFirst ? bias.pointer + tile.firstBlock * lanes : PackedWeights.zeros.pointer,
          addend: isFirst ? residual : UnsafePointer(output), output: output, blockStride: area * lanes,
          epilogue: epilogue))
      kernels.apply(
        epilogue, to: output, rows: tile.vectors, rowStride: area * lanes, columns: count, columnStride: lanes)
      position += count
    }
  }
}
