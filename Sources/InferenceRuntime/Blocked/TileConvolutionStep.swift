import KernelTemplates
import NetworkGraph

/// Direct convolution by register tiles: every output value is summed up in a register, straight from the map.
///
/// Where windows reach into padding, and where the network's own planar input is read, the map is first copied into a
/// zero-padded one, so that the kernels know no edges. Of a map that a pointwise convolution strides over, the positions
/// that it reads are first put together, since each is read many times.
struct TileConvolutionStep: ExecutionStep {
  private let kernels: KernelSet
  /// On the subsampled map, if the convolution strides over single positions.
  private let problem: ConvolutionProblem
  /// What the convolution strides over.
  private let strided: WindowGeometry?
  private let map: PaddedMap
  private let access: WindowAccess
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let bias: PackedWeights
  private let schedule: TileSchedule

  var algorithm: String { "direct" }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }

  init(_ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet, threadCount: Int) {
    let lanes = kernels.lanes
    let strided = problem.geometry.isStridedPointwise && !problem.isPlanarInput ? problem.geometry : nil
    var problem = problem
    if let strided { problem.geometry = strided.subsampled }
    let map = PaddedMap(problem.geometry)
    let access = WindowAccess(problem, map: map, lanes: lanes)
    let tiling = OutputTiling(blocks: blockCount(problem.groupOutputs, lanes: lanes), kernels: kernels)
    let blocks = tiling.tiles.reduce(0) { $0 + $1.vectors }
    let depth = access.weightOrder.count
    self.kernels = kernels
    self.problem = problem
    self.strided = strided
    self.map = map
    self.access = access
    self.tiling = tiling
    packed = PackedWeights(count: problem.groups * depth * blocks * lanes) { target in
      weights.withUnsafeValues { source in
        let rowLength = problem.groupInputs * problem.geometry.kernelArea
        for group in 0..<problem.groups {
          packWeights(
            source.baseAddress! + group * problem.groupOutputs * rowLength, outputs: problem.groupOutputs,
            rowLength: rowLength, order: access.weightOrder, tiles: tiling.tiles, lanes: lanes,
            into: target + group * depth * blocks * lanes)
        }
      }
    }
    bias = PackedWeights(problem.bias, paddedTo: problem.groups * blocks * lanes)
    schedule = TileSchedule(
      access: access, tiling: tiling, groups: problem.groups, lanes: lanes, maximumBatch: problem.maximumBatch,
      threadCount: threadCount)
  }

  /// Blocks of channels lie far apart, and the hardware follows few such streams by itself.
  private var prefetches: Bool { problem.geometry.isPointwise && problem.groupInputs >= 128 }

  /// Whether the map is copied before it is read.
  private var readsCopy: Bool { access.isPadded || strided != nil }

  func sharedCount(batch: Int) -> Int { readsCopy ? batch * access.sampleCount : 0 }

  func run(_ context: StepContext) {
    if let strided { subsample(strided, context) } else if access.isPadded { pad(context) }
    let tasks = schedule.tasks[context.batch - 1]
    context.run(taskCount: tasks.count) { _, task in run(tasks[task], context) }
  }

  private func pad(_ context: StepContext) {
    let (lanes, channels) = (kernels.lanes, problem.inputChannels)
    if problem.isPlanarInput {
      context.parallel(parts: map.paddedHeight) { _, sample, row in
        padPlanarRow(
          context.input(sample: sample), map, row: row, channels: channels,
          into: context.shared + sample * access.sampleCount)
      }
    } else {
      context.parallel(parts: blockCount(channels, lanes: lanes)) { _, sample, block in
        let source = context.input(sample: sample) + block * map.height * map.width * lanes
        let target = context.shared + sample * access.sampleCount + block * map.paddedArea * lanes
        kernels.padBlock(source, map, target)
      }
    }
  }

  private func subsample(_ strided: WindowGeometry, _ context: StepContext) {
    let lanes = kernels.lanes
    context.parallel(parts: blockCount(problem.inputChannels, lanes: lanes)) { _, sample, block in
      subsampleBlock(
        context.input(sample: sample) + block * strided.inputArea * lanes, strided, lanes: lanes,
        into: context.shared + sample * access.sampleCount + block * strided.outputArea * lanes)
    }
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
            UnsafeBufferPointer(rebasing: runs[first..<last]), tile, &arguments, &progress,
            place(task, block, sample, isFirst: depths.lowerBound == 0, context))
        }
      }
    }
  }

  /// What stays the same over all positions of a tile.
  private func arguments(_ task: TileTask, _ tile: OutputTile, block: Int, _ depths: Range<Int>) -> TileArguments {
    let lanes = kernels.lanes
    let depth = access.weightOrder.count
    let bounds = depths.upperBound == access.stepCount ? problem.bounds : .none
    return TileArguments(
      input: bias.pointer, positionStride: access.positionStride, steps: access.steps.pointer + depths.lowerBound,
      stepCount: depths.count, inner: access.inner,
      weights: packed.pointer + task.group * depth * schedule.blocks * lanes
        + (depth * tile.firstBlock + depths.lowerBound * access.inner * tile.vectors) * lanes,
      bias: depths.lowerBound == 0 ? bias.pointer + block * lanes : nil, addend: nil,
      output: UnsafeMutablePointer(mutating: bias.pointer), outputStride: lanes,
      blockStride: problem.geometry.outputArea * lanes, lower: bounds.lower, upper: bounds.upper)
  }

  /// Where one sample of a tile's input, what its sums start from, and its output begin.
  private struct Place {
    let input: UnsafePointer<Float>
    let addend: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
  }

  /// The first part of the depth starts from the residual, others from what those before them have summed up.
  private func place(_ task: TileTask, _ block: Int, _ sample: Int, isFirst: Bool, _ context: StepContext) -> Place {
    let input =
      readsCopy ? UnsafePointer(context.shared + sample * access.sampleCount) : context.input(sample: sample)
    let offset = block * problem.geometry.outputArea * kernels.lanes
    let output = context.output(sample: sample) + offset
    let residual = problem.hasResidual ? context.input(1, sample: sample) + offset : nil
    return Place(
      input: input + task.group * access.groupStride, addend: isFirst ? residual : UnsafePointer(output),
      output: output)
  }

  /// Runs of one sample, one after the other, each asking for some of the weights that follow those of the task; few
  /// things are left to do for each, since a run can be very short.
  private func run(
    _ runs: UnsafeBufferPointer<PositionRun>, _ tile: OutputTile, _ arguments: inout TileArguments,
    _ progress: inout (done: Int, total: Int), _ place: Place
  ) {
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
      arguments.input = place.input + run.input
      arguments.output = place.output + offset
      arguments.prefetchWeights(
        behind: tile.vectors, lanes: kernels.lanes, run: progress.done, runs: progress.total)
      progress.done += 1
      if let addend = place.addend { arguments.addend = addend + offset }
      kernel.run(arguments)
    }
  }
}
