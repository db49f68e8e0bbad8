import KernelTemplates
import NetworkGraph

/// Direct convolution by register tiles: every output value is summed up in a register, straight from the map.
///
/// Where windows reach into padding, and where the network's own planar input is read, the map is first copied into a
/// zero-padded one, so that the kernels know no edges.
struct TileConvolutionStep: ExecutionStep {
  private let kernels: KernelSet
  private let problem: ConvolutionProblem
  private let map: PaddedMap
  private let access: WindowAccess
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let bias: PackedWeights
  private let schedule: TileSchedule

  var algorithm: String { "direct" }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }

  init(_ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet, maximumBatch: Int) {
    let lanes = kernels.lanes
    let map = PaddedMap(problem.geometry)
    let access = WindowAccess(problem, map: map, lanes: lanes)
    let tiling = OutputTiling(blocks: (problem.groupOutputs + lanes - 1) / lanes, kernels: kernels)
    let blocks = tiling.tiles.reduce(0) { $0 + $1.vectors }
    let depth = access.weightOrder.count
    self.kernels = kernels
    self.problem = problem
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
      access: access, tiling: tiling, groups: problem.groups, lanes: lanes, maximumBatch: maximumBatch)
  }

  func sharedCount(batch: Int) -> Int { access.isPadded ? batch * access.sampleCount : 0 }

  func run(_ context: StepContext) {
    if access.isPadded { pad(context) }
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
      context.parallel(parts: (channels + lanes - 1) / lanes) { _, sample, block in
        let source = context.input(sample: sample) + block * map.height * map.width * lanes
        let target = context.shared + sample * access.sampleCount + block * map.paddedArea * lanes
        for row in 0..<map.paddedHeight { padBlockedRow(source, map, row: row, lanes: lanes, into: target) }
      }
    }
  }

  private func run(_ task: TileTask, _ context: StepContext) {
    let runs = schedule.runs(vectors: tiling.tiles[task.tile].vectors)
    for depths in schedule.depthParts {
      for index in task.runs {
        let (sample, run) = index.quotientAndRemainder(dividingBy: runs.count)
        self.run(task, runs[run], sample: sample, depths, context)
      }
    }
  }

  private func run(
    _ task: TileTask, _ run: PositionRun, sample: Int, _ depths: Range<Int>, _ context: StepContext
  ) {
    let tile = tiling.tiles[task.tile]
    let (lanes, area) = (kernels.lanes, problem.geometry.outputArea)
    let input =
      access.isPadded ? UnsafePointer(context.shared + sample * access.sampleCount) : context.input(sample: sample)
    let block = task.group * (problem.groupOutputs / lanes) + tile.firstBlock
    let offset = (block * area + run.position) * lanes
    let isLast = depths.upperBound == access.stepCount
    let bounds = isLast ? problem.bounds : .none
    let depth = access.weightOrder.count
    let weights =
      packed.pointer + task.group * depth * schedule.blocks * lanes
      + (depth * tile.firstBlock + depths.lowerBound * access.inner * tile.vectors) * lanes
    kernels.tile(vectors: tile.vectors, positions: run.count)(
      TileArguments(
        input: input + task.group * access.groupStride + run.input, positionStride: access.positionStride,
        steps: access.steps.pointer + depths.lowerBound, stepCount: depths.count, inner: access.inner,
        weights: weights,
        bias: depths.lowerBound == 0 ? bias.pointer + block * lanes : nil,
        residual: problem.hasResidual && isLast ? context.input(1, sample: sample) + offset : nil,
        output: context.output(sample: sample) + offset, outputStride: lanes, blockStride: area * lanes,
        lower: bounds.lower, upper: bounds.upper))
  }
}
