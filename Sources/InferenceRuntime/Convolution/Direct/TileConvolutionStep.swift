import KernelTemplates
import NetworkGraph

/// Direct convolution by register tiles: every output value is summed up in a register, straight from the map.
struct TileConvolutionStep: ExecutionStep {
  private let kernels: KernelSet
  private let source: ConvolutionSource
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let biasValues: PackedWeights
  private let schedule: TileSchedule

  private var problem: ConvolutionProblem { source.problem }
  private var access: WindowAccess { source.access }

  let algorithm = DirectConvolution().name
  var bias: PackedWeights? { biasValues }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }

  /// - Parameter packed: weights, as `pack` makes them.
  init(_ problem: ConvolutionProblem, packed: PackedWeights, kernels: KernelSet, threadCount: Int) {
    let lanes = kernels.lanes
    let source = Self.source(problem, kernels)
    let tiling = Self.tiling(problem, kernels)
    self.kernels = kernels
    self.source = source
    self.tiling = tiling
    self.packed = packed
    biasValues = PackedWeights(problem.bias, paddedTo: problem.groups * tiling.blockCount * lanes)
    schedule = TileSchedule(
      access: source.access, tiling: tiling, groups: problem.groups, lanes: lanes,
      maximumBatch: problem.maximumBatch, threadCount: threadCount)
  }

  private static func source(_ problem: ConvolutionProblem, _ kernels: KernelSet) -> ConvolutionSource {
    ConvolutionSource(problem, kernels: kernels, subsamples: true, readsWholeBlocks: false)
  }

  private static func tiling(_ problem: ConvolutionProblem, _ kernels: KernelSet) -> OutputTiling {
    OutputTiling(blocks: KernelTemplates.blockCount(problem.groupOutputs, lanes: kernels.lanes), kernels: kernels)
  }

  /// The order of a tile's weights, and the tiles.
  static func packing(_ problem: ConvolutionProblem, _ kernels: KernelSet) -> (order: [Int32], tiling: OutputTiling) {
    (source(problem, kernels).access.weightOrder, tiling(problem, kernels))
  }

  /// `[group][tile][depth][vectors][lanes]`
  static func pack(_ weights: WeightTensor, _ problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    let (lanes, tiling) = (kernels.lanes, tiling(problem, kernels))
    let order = source(problem, kernels).access.weightOrder
    let groupCount = order.count * tiling.blockCount * lanes
    return PackedWeights(count: problem.groups * groupCount) { target in
      weights.withUnsafeValues { values in
        let rowLength = problem.groupInputs * problem.geometry.kernelArea
        for group in 0..<problem.groups {
          packWeights(
            values.baseAddress! + group * problem.groupOutputs * rowLength, outputs: problem.groupOutputs,
            rowLength: rowLength, order: order, tiles: tiling.tiles, lanes: lanes, into: target + group * groupCount)
        }
      }
    }
  }

  /// Blocks of channels lie far apart, and the hardware follows few such streams by itself.
  private var prefetches: Bool { problem.geometry.isPointwise && problem.groupInputs >= 128 }

  func sharedCount(batch: Int) -> Int { source.sharedCount(batch: batch) }

  func run(_ context: StepContext) {
    source.prepare(context)
    let tasks = schedule.tasks[context.batch - 1]
    context.run(taskCount: tasks.count) { _, task in run(tasks[task], context) }
  }

  private func run(_ task: TileTask, _ context: StepContext) {
    let tile = tiling.tiles[task.tile]
    let block = task.group * (problem.groupOutputs / kernels.lanes) + tile.firstBlock
    schedule.runs(vectors: tile.vectors).withUnsafeBufferPointer { runs in
      for depths in schedule.depthParts {
        var arguments = arguments(task, tile, block: block, depths)
        var progress = (done: 0, total: task.runs.count)
        for sample in task.runs.lowerBound / runs.count...(task.runs.upperBound - 1) / runs.count {
          let first = max(task.runs.lowerBound - sample * runs.count, 0)
          let last = min(task.runs.upperBound - sample * runs.count, runs.count)
          run(
            UnsafeBufferPointer(rebasing: runs[first..<last]), depths, tile, &arguments, &progress,
            place(task, block, sample, isFirst: depths.lowerBound == 0, context))
        }
      }
    }
  }

  /// The arguments that are the same for all positions of a tile.
  private func arguments(_ task: TileTask, _ tile: OutputTile, block: Int, _ depths: Range<Int>) -> TileArguments {
    let lanes = kernels.lanes
    let depth = access.weightOrder.count
    let epilogue = depths.upperBound == access.stepCount ? problem.epilogue : .none
    return TileArguments(
      input: biasValues.pointer, positionStride: access.positionStride, steps: access.steps.pointer + depths.lowerBound,
      stepCount: depths.count, inner: access.inner,
      weights: packed.pointer + task.group * depth * schedule.blocks * lanes
        + (depth * tile.firstBlock + depths.lowerBound * access.inner * tile.vectors) * lanes,
      bias: depths.lowerBound == 0 ? biasValues.pointer + block * lanes : nil, addend: nil,
      output: UnsafeMutablePointer(mutating: biasValues.pointer), outputStride: lanes,
      blockStride: problem.geometry.outputArea * lanes, epilogue: epilogue)
  }

  /// Where one sample of a tile's input, what its sums start from, and its output begin.
  private struct Place {
    let input: UnsafePointer<Float>
    let addend: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
  }

  /// The start of a sum: the first part of the depth starts from the residual, and later parts start from the sums of
  /// the parts before them.
  private func place(_ task: TileTask, _ block: Int, _ sample: Int, isFirst: Bool, _ context: StepContext) -> Place {
    let offset = block * problem.geometry.outputArea * kernels.lanes
    let output = context.output(sample: sample) + offset
    let residual = problem.hasResidual ? context.input(1, sample: sample) + offset : nil
    return Place(
      input: source.input(sample: sample, context) + task.group * access.groupStride,
      addend: isFirst ? residual : UnsafePointer(output), output: output)
  }

  /// Runs of one sample, one after the other, each asking for some of the weights that follow those of the task; few
  /// things are left to do for each, since a run can be very short.
  private func run(
    _ runs: UnsafeBufferPointer<PositionRun>, _ depths: Range<Int>, _ tile: OutputTile,
    _ arguments: inout TileArguments, _ progress: inout (done: Int, total: Int), _ place: Place
  ) {
    let weights = arguments.weights
    defer { arguments.weights = weights }
    let stepWeights = access.inner * tile.vectors * kernels.lanes
    var count = 0
    var kernel = kernels.tiles[0][0]
    for run in runs {
      if run.count != count {
        count = run.count
        kernel =
          prefetches
          ? kernels.prefetchingTile(vectors: tile.vectors, positions: count)
          : kernels.tile(vectors: tile.vectors, positions: count)
      }
      let offset = run.position * kernels.lanes
      let steps = run.steps.clamped(to: depths)
      arguments.steps = access.steps.pointer + steps.lowerBound
      arguments.stepCount = steps.count
      arguments.weights = weights + (steps.lowerBound - depths.lowerBound) * stepWeights
      arguments.input = place.input + run.input
      arguments.output = place.output + offset
      arguments.prefetchWeights(
        behind: tile.vectors, lanes: kernels.lanes, run: progress.done, runs: progress.total)
      progress.done += 1
      if let addend = place.addend { arguments.addend = addend + offset }
      kernel.run(arguments)
      kernels.apply(
        arguments.epilogue, to: arguments.output, rows: tile.vectors, rowStride: arguments.blockStride, columns: count,
        columnStride: kernels.lanes)
    }
  }
}
