import InferenceRuntime
import KernelTemplates

/// Every sum straight from the maps: for each tap, values under it times gradients, over all positions.
struct DirectWeightGradients: WeightGradientAlgorithm {
  let name = "direct"

  /// It takes groups of whole blocks of channels.
  func computes(_ problem: WeightGradientProblem) -> Bool { !problem.isDepthwise }

  func estimate(_ problem: WeightGradientProblem) -> Double { Double(problem.multiplyAccumulates) }

  func sums(_ problem: WeightGradientProblem, kernels: KernelSet) -> any WeightGradientSums {
    problem.isPlanarInput
      ? PlanarWeightGradientSums(problem, kernels: kernels) : DirectWeightGradientSums(problem, kernels: kernels)
  }
}

/// The parts of a sum over a batch. They are enough to occupy some threads, and the same for every number of threads.
struct BatchParts: Sendable {
  private static let wantedTasks = 16
  let count: Int

  /// - Parameter tasks: tasks of each part.
  init(tasks: Int, maximumBatch: Int) {
    count = min(max(Self.wantedTasks / max(tasks, 1), 1), maximumBatch)
  }

  func samples(_ part: Int, of batch: Int) -> Range<Int> { evenPart(part, of: count, of: batch) }
}

/// Vectors of output channels that one call of a kernel takes, and input values.
struct GradientTiling: Sendable {
  let tiles: [OutputTile]
  private let kernels: KernelSet

  init(outputs: Int, kernels: KernelSet) {
    let blocks = KernelTemplates.blockCount(outputs, lanes: kernels.lanes)
    tiles = evenParts(of: blocks, most: kernels.training.weightGradients.count).map {
      OutputTile(firstBlock: $0.lowerBound, vectors: $0.count)
    }
    self.kernels = kernels
  }

  var blockCount: Int { tiles.reduce(0) { $0 + $1.vectors } }

  /// `count` input values side by side, in even runs that a kernel takes with `vectors` vectors.
  func forEachRun(of count: Int, vectors: Int, _ body: (_ values: Range<Int>, WeightGradientKernel) -> Void) {
    let kernels = kernels.training.weightGradients[vectors - 1]
    let runs = (count + kernels.count - 1) / kernels.count
    for run in 0..<runs {
      let values = evenPart(run, of: runs, of: count)
      body(values, kernels[values.count - 1])
    }
  }
}

struct DirectWeightGradientSums: WeightGradientSums {
  /// Floats of the input's and the gradient's rows that are swept over by all taps while they are in the cache.
  private static let residentCount = 32 * 1024

  private let problem: WeightGradientProblem
  private let kernels: KernelSet
  private let tiling: GradientTiling
  private let inputBlocks: Int
  private let parts: BatchParts

  init(_ problem: WeightGradientProblem, kernels: KernelSet) {
    self.problem = problem
    self.kernels = kernels
    tiling = GradientTiling(outputs: problem.outputs, kernels: kernels)
    inputBlocks = blockCount(problem.inputs, lanes: kernels.lanes)
    parts = BatchParts(
      tasks: problem.groups * inputBlocks * tiling.tiles.count, maximumBatch: problem.maximumBatch)
  }

  private var lanes: Int { kernels.lanes }
  private var taps: Int { problem.geometry.kernelArea }
  /// `[part][group][tap][input][output block][lanes]`
  private var outputCount: Int { tiling.blockCount * lanes }
  private var tapCount: Int { inputBlocks * lanes * outputCount }
  private var partCount: Int { problem.groups * taps * tapCount }

  var scratchCount: Int { 0 }
  var sharedCount: Int { parts.count * partCount }

  func run(
    _ context: TrainingContext, input: BatchValue, gradient: BatchValue,
    into target: PlanBuilder.ParameterGradient
  ) {
    let tilesOfBlock = tiling.tiles.count
    let tasks = problem.groups * inputBlocks * tilesOfBlock
    context.pool.run(taskCount: parts.count * tasks) { _, task in
      let (part, rest) = task.quotientAndRemainder(dividingBy: tasks)
      let (group, index) = rest.quotientAndRemainder(dividingBy: inputBlocks * tilesOfBlock)
      addUp(
        parts.samples(part, of: context.batch), input, gradient, group: group, block: index / tilesOfBlock,
        tiling.tiles[index % tilesOfBlock], into: context.shared + part * partCount)
    }
    collect(context, into: target)
  }

  private func addUp(
    _ samples: Range<Int>, _ input: BatchValue, _ gradient: BatchValue, group: Int, block: Int, _ tile: OutputTile,
    into sums: UnsafeMutablePointer<Float>
  ) {
    let geometry = problem.geometry
    let sums = sums + group * taps * tapCount + block * lanes * outputCount + tile.firstBlock * lanes
    let inputBlock = group * (problem.inputs / lanes) + block
    let outputBlock = group * (problem.outputs / lanes) + tile.firstBlock
    let real = min(lanes, problem.inputs - block * lanes)
    if samples.isEmpty { return clear(sums, tile) }
    let rowCount = geometry.outputWidth * lanes * tile.vectors + geometry.inputWidth * geometry.strideHeight * lanes
    let rowsAtOnce = max(Self.residentCount / rowCount, 1)
    for sample in samples {
      let values = input.sample(sample) + inputBlock * geometry.inputArea * lanes
      let gradients = gradient.sample(sample) + outputBlock * geometry.outputArea * lanes
      for first in stride(from: 0, to: geometry.outputHeight, by: rowsAtOnce) {
        let rows = first..<min(first + rowsAtOnce, geometry.outputHeight)
        for tap in 0..<taps {
          addTap(
            tap, rows, values, gradients, real: real, tile, into: sums + tap * tapCount,
            continues: sample > samples.lowerBound || first > 0)
        }
      }
    }
  }

  /// The positions of some output rows at which a tap reads a real value, not padding.
  private func addTap(
    _ tap: Int, _ rows: Range<Int>, _ values: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, real: Int,
    _ tile: OutputTile, into sums: UnsafeMutablePointer<Float>, continues: Bool
  ) {
    let geometry = problem.geometry
    let (kernelRow, kernelColumn) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
    let columns = geometry.realOutputColumns(kernel: kernelColumn)
    let rows = rows.clamped(to: geometry.realOutputRows(kernel: kernelRow))
    let column = geometry.firstInputColumn(kernel: kernelColumn) + columns.lowerBound * geometry.strideWidth
    let row = geometry.inputRow(output: rows.lowerBound, kernel: kernelRow)
    let isEmpty = rows.isEmpty || columns.isEmpty
    if isEmpty, continues { return }
    let start = isEmpty ? values : values + (row * geometry.inputWidth + column) * lanes
    tiling.forEachRun(of: real, vectors: tile.vectors) { inputs, kernel in
      kernel.run(
        WeightGradientArguments(
          values: start + inputs.lowerBound, valueStride: geometry.strideWidth * lanes,
          valueRowStride: geometry.strideHeight * geometry.inputWidth * lanes,
          gradients: gradients + (rows.lowerBound * geometry.outputWidth + columns.lowerBound) * lanes,
          gradientStride: lanes, gradientRowStride: geometry.outputWidth * lanes,
          gradientBlockStride: geometry.outputArea * lanes, rows: isEmpty ? 0 : rows.count, columns: columns.count,
          sums: sums + inputs.lowerBound * outputCount, sumStride: outputCount, sumBlockStride: lanes,
          continues: continues))
    }
  }

  private func clear(_ sums: UnsafeMutablePointer<Float>, _ tile: OutputTile) {
    for tap in 0..<taps {
      for input in 0..<lanes {
        (sums + tap * tapCount + input * outputCount).update(repeating: 0, count: tile.vectors * lanes)
      }
    }
  }

  /// Adds the parts up, and puts the sums where the kernels have them.
  private func collect(_ context: TrainingContext, into target: PlanBuilder.ParameterGradient) {
    context.pool.run(taskCount: problem.groups * problem.outputs) { _, task in
      let (group, output) = task.quotientAndRemainder(dividingBy: problem.outputs)
      let sums = context.shared + group * taps * tapCount + output
      for input in 0..<problem.inputs {
        guard let place = problem.place(group: group, output: output, input: input) else { continue }
        for tap in 0..<taps {
          let source = sums + tap * tapCount + input * outputCount
          var sum = source[0]
          for part in 1..<max(parts.count, 1) { sum += source[part * partCount] }
          target.pointer[place + tap] = target.accumulates ? target.pointer[place + tap] + sum : sum
        }
      }
    }
  }
}

/// From the network's own input: the values of each kernel row lie side by side in a padded map `[H][W][C]`.
struct PlanarWeightGradientSums: WeightGradientSums {
  private let problem: WeightGradientProblem
  private let kernels: KernelSet
  private let tiling: GradientTiling
  private let map: PaddedMap
  private let parts: BatchParts

  init(_ problem: WeightGradientProblem, kernels: KernelSet) {
    self.problem = problem
    self.kernels = kernels
    tiling = GradientTiling(outputs: problem.outputs, kernels: kernels)
    map = PaddedMap(problem.geometry)
    parts = BatchParts(tasks: tiling.tiles.count, maximumBatch: problem.maximumBatch)
  }

  private var lanes: Int { kernels.lanes }
  private var channels: Int { problem.inputs }
  private var valueCount: Int { problem.geometry.kernelArea * channels }
  /// `[part][kernel row][kernel column][channel][output block][lanes]`
  private var outputCount: Int { tiling.blockCount * lanes }
  private var partCount: Int { valueCount * outputCount }

  /// One sample's padded map.
  var scratchCount: Int { roundedUp(map.paddedArea * channels) }
  var sharedCount: Int { parts.count * partCount }

  func run(
    _ context: TrainingContext, input: BatchValue, gradient: BatchValue,
    into target: PlanBuilder.ParameterGradient
  ) {
    let tiles = tiling.tiles.count
    context.pool.run(taskCount: parts.count * tiles) { worker, task in
      let (part, tile) = (task / tiles, tiling.tiles[task % tiles])
      let sums = context.shared + part * partCount + tile.firstBlock * lanes
      let samples = parts.samples(part, of: context.batch)
      if samples.isEmpty {
        for value in 0..<valueCount {
          (sums + value * outputCount).update(repeating: 0, count: tile.vectors * lanes)
        }
      }
      let padded = context.scratch(worker: worker)
      for sample in samples {
        for row in 0..<map.paddedHeight {
          padPlanarRow(input.sample(sample), map, row: row, channels: channels, into: padded)
        }
        addUp(
          padded, gradient.sample(sample) + tile.firstBlock * problem.geometry.outputArea * lanes, tile, into: sums,
          continues: sample > samples.lowerBound)
      }
    }
    collect(context, into: target)
  }

  private func addUp(
    _ padded: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, _ tile: OutputTile,
    into sums: UnsafeMutablePointer<Float>, continues: Bool
  ) {
    let geometry = problem.geometry
    let columnsAtOnce = geometry.dilationWidth == 1 ? geometry.kernelWidth : 1
    for kernelRow in 0..<geometry.kernelHeight {
      for kernelColumn in stride(from: 0, to: geometry.kernelWidth, by: columnsAtOnce) {
        let start =
          padded
          + (kernelRow * geometry.dilationHeight * map.paddedWidth + kernelColumn * geometry.dilationWidth) * channels
        let first = (kernelRow * geometry.kernelWidth + kernelColumn) * channels
        tiling.forEachRun(of: columnsAtOnce * channels, vectors: tile.vectors) { values, kernel in
          kernel.run(
            WeightGradientArguments(
              values: start + values.lowerBound, valueStride: geometry.strideWidth * channels,
              valueRowStride: geometry.strideHeight * map.paddedWidth * channels, gradients: gradients,
              gradientStride: lanes, gradientRowStride: geometry.outputWidth * lanes,
              gradientBlockStride: geometry.outputArea * lanes, rows: geometry.outputHeight,
              columns: geometry.outputWidth, sums: sums + (first + values.lowerBound) * outputCount,
              sumStride: outputCount, sumBlockStride: lanes, continues: continues))
        }
      }
    }
  }

  private func collect(_ context: TrainingContext, into target: PlanBuilder.ParameterGradient) {
    let area = problem.geometry.kernelArea
    for output in 0..<problem.outputs {
      for input in 0..<channels {
        guard let place = problem.place(group: 0, output: output, input: input) else { continue }
        for tap in 0..<area {
          let source = context.shared + (tap * channels + input) * outputCount + output
          var sum = source[0]
          for part in 1..<max(parts.count, 1) { sum += source[part * partCount] }
          target.pointer[place + tap] = target.accumulates ? target.pointer[place + tap] + sum : sum
        }
      }
    }
  }
}
