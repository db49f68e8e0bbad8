import InferenceRuntime
import KernelTemplates

/// F(3x3, 4x4): 36 products for each pair of channels and tile of 4 x 4 outputs, where plain sums take 144. They are summed
/// over tiles and samples before one transform back (Lavin and Gray, 2016, section 4).
struct WinogradWeightGradients: WeightGradientAlgorithm {
  let name = "winograd-f3x3-4x4"

  func obstacle(to problem: WeightGradientProblem) -> String? {
    let geometry = problem.geometry
    if problem.groups * problem.mergedGroups != 1 { return "it takes one group" }
    if problem.isPlanarInput { return "it reads maps in blocks, not the network's own input" }
    if geometry.kernelHeight != 3 || geometry.kernelWidth != 3 { return "it takes 3x3 kernels" }
    if geometry.strideHeight != 1 || geometry.strideWidth != 1 { return "it takes stride 1" }
    return geometry.dilationHeight == 1 && geometry.dilationWidth == 1 ? nil : "it takes no dilation"
  }

  func estimate(_ problem: WeightGradientProblem) -> Double {
    let geometry = problem.geometry
    let tiles = ((geometry.outputHeight + 3) / 4) * ((geometry.outputWidth + 3) / 4)
    let transforms = 80 * (problem.inputs + problem.outputs)
    return Double(tiles * (36 * problem.inputs * problem.outputs + transforms))
  }

  func sums(_ problem: WeightGradientProblem, kernels: KernelSet) -> any WeightGradientSums {
    WinogradWeightGradientSums(problem, kernels: kernels)
  }
}

private struct WinogradWeightGradientSums: WeightGradientSums {
  private static let frequencies = 36
  /// Channels of inputs, and of outputs, whose tiles a task has in hand.
  private static let mostChannels = 64

  private let problem: WeightGradientProblem
  private let kernels: KernelSet
  private let tiling: GradientTiling
  private let inputBlocks: Int
  private let outputBlocks: Int
  /// Blocks of a task.
  private let inputGroups: [Range<Int>]
  private let outputGroups: [Range<Int>]
  private let tileRows: Int
  private let tileColumns: Int
  private let tilesAtOnce: Int
  private let parts: BatchParts

  init(_ problem: WeightGradientProblem, kernels: KernelSet) {
    let lanes = kernels.lanes
    self.problem = problem
    self.kernels = kernels
    tiling = GradientTiling(outputs: problem.outputs, kernels: kernels)
    inputBlocks = blockCount(problem.inputs, lanes: lanes)
    outputBlocks = blockCount(problem.outputs, lanes: lanes)
    inputGroups = Self.groups(inputBlocks, most: Self.mostChannels / lanes)
    outputGroups = Self.groups(outputBlocks, most: Self.mostChannels / lanes)
    tileRows = (problem.geometry.outputHeight + 3) / 4
    tileColumns = (problem.geometry.outputWidth + 3) / 4
    let widest = max(inputGroups.map(\.count).max()!, outputGroups.map(\.count).max()!) * lanes
    tilesAtOnce = max(16, min(64, 2048 / widest))
    parts = BatchParts(tasks: inputGroups.count * outputGroups.count, maximumBatch: problem.maximumBatch)
  }

  private static func groups(_ blocks: Int, most: Int) -> [Range<Int>] {
    let count = (blocks + most - 1) / most
    return (0..<count).map { blocks * $0 / count..<blocks * ($0 + 1) / count }
  }

  private var lanes: Int { kernels.lanes }
  /// `[part][frequency][input][output block][lanes]`
  private var outputCount: Int { outputBlocks * lanes }
  private var frequencyCount: Int { inputBlocks * lanes * outputCount }
  private var partCount: Int { Self.frequencies * frequencyCount }
  /// Floats from one frequency of transformed values to the next: an odd number of cache lines.
  private func frequencyStride(_ groups: [Range<Int>]) -> Int { (groups[0].count + 1) * tilesAtOnce * lanes | lanes }
  private var inputStride: Int { frequencyStride(inputGroups) }
  private var gradientStride: Int { frequencyStride(outputGroups) }
  private var gridCount: Int { (2 * Self.frequencies + 9) * lanes }

  var scratchCount: Int { roundedUp(Self.frequencies * (inputStride + gradientStride) + gridCount) }
  var sharedCount: Int { parts.count * partCount }

  func run(
    _ context: TrainingContext, input: BatchValue, gradient: BatchValue,
    into target: PlanBuilder.ParameterGradient
  ) {
    let tasks = inputGroups.count * outputGroups.count
    context.pool.run(taskCount: parts.count * tasks) { worker, task in
      let (part, rest) = task.quotientAndRemainder(dividingBy: tasks)
      addUp(
        parts.samples(part, of: context.batch), input, gradient, inputGroups[rest / outputGroups.count],
        outputGroups[rest % outputGroups.count], into: context.shared + part * partCount,
        scratch: context.scratch(worker: worker))
    }
    collect(context, into: target)
  }

  private func addUp(
    _ samples: Range<Int>, _ input: BatchValue, _ gradient: BatchValue, _ inputs: Range<Int>, _ outputs: Range<Int>,
    into sums: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let perSample = tileRows * tileColumns
    let tiles = samples.lowerBound * perSample..<samples.upperBound * perSample
    let gradients = scratch + Self.frequencies * inputStride
    let grid = gradients + Self.frequencies * gradientStride
    if tiles.isEmpty { multiply(0, scratch, gradients, inputs, outputs, into: sums, continues: false) }
    for first in stride(from: tiles.lowerBound, to: tiles.upperBound, by: tilesAtOnce) {
      let some = first..<min(first + tilesAtOnce, tiles.upperBound)
      for (index, tile) in some.enumerated() {
        transform(tile, index, input, inputs, into: scratch, grid: grid)
        transform(tile, index, gradient: gradient, outputs, into: gradients, grid: grid)
      }
      multiply(
        some.count, scratch, gradients, inputs, outputs, into: sums, continues: first > tiles.lowerBound)
    }
  }

  private func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
    let (sample, index) = tile.quotientAndRemainder(dividingBy: tileRows * tileColumns)
    return (sample, index / tileColumns * 4, index % tileColumns * 4)
  }

  /// `[frequency][block][tile][lanes]`
  private func transform(
    _ tile: Int, _ index: Int, _ input: BatchValue, _ blocks: Range<Int>, into target: UnsafeMutablePointer<Float>,
    grid: UnsafeMutablePointer<Float>
  ) {
    let geometry = problem.geometry
    let (sample, row, column) = place(tile)
    for block in blocks {
      kernels.winograd[.f4]!.input(
        WinogradInputArguments(
          map: input.sample(sample) + block * geometry.inputArea * lanes, inputHeight: geometry.inputHeight,
          inputWidth: geometry.inputWidth, row: row - geometry.paddingTop, column: column - geometry.paddingLeft,
          output: target + ((block - blocks.lowerBound) * tilesAtOnce + index) * lanes, frequencyStride: inputStride,
          grid: grid))
    }
  }

  private func transform(
    _ tile: Int, _ index: Int, gradient: BatchValue, _ blocks: Range<Int>, into target: UnsafeMutablePointer<Float>,
    grid: UnsafeMutablePointer<Float>
  ) {
    let geometry = problem.geometry
    let (sample, row, column) = place(tile)
    for block in blocks {
      kernels.training.winogradGradient(
        WinogradGradientArguments(
          map: gradient.sample(sample) + block * geometry.outputArea * lanes, height: geometry.outputHeight,
          width: geometry.outputWidth, row: row, column: column,
          output: target + ((block - blocks.lowerBound) * tilesAtOnce + index) * lanes,
          frequencyStride: gradientStride, grid: grid))
    }
  }

  /// Adds up the products of some tiles, frequency by frequency.
  private func multiply(
    _ tileCount: Int, _ values: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, _ inputs: Range<Int>,
    _ outputs: Range<Int>, into sums: UnsafeMutablePointer<Float>, continues: Bool
  ) {
    let blockStride = tilesAtOnce * lanes
    let most = kernels.training.weightGradients.count
    let outputRuns = (outputs.count + most - 1) / most
    for frequency in 0..<Self.frequencies {
      for block in inputs {
        let real = min(lanes, problem.inputs - block * lanes)
        let from = values + frequency * inputStride + (block - inputs.lowerBound) * blockStride
        let line = sums + frequency * frequencyCount + block * lanes * outputCount
        for run in 0..<outputRuns {
          let output = outputs.lowerBound + outputs.count * run / outputRuns
          let vectors = outputs.lowerBound + outputs.count * (run + 1) / outputRuns - output
          tiling.forEachRun(of: real, vectors: vectors) { run, kernel in
            kernel.run(
              WeightGradientArguments(
                values: from + run.lowerBound, valueStride: lanes, valueRowStride: 0,
                gradients: gradients + frequency * gradientStride + (output - outputs.lowerBound) * blockStride,
                gradientStride: lanes, gradientRowStride: 0, gradientBlockStride: blockStride, rows: 1,
                columns: tileCount, sums: line + run.lowerBound * outputCount + output * lanes,
                sumStride: outputCount, sumBlockStride: lanes, continues: continues))
          }
        }
      }
    }
  }

  /// Adds the parts up, transforms the sums back and puts them where the kernels have them.
  private func collect(_ context: TrainingContext, into target: PlanBuilder.ParameterGradient) {
    context.pool.run(taskCount: problem.inputs * outputBlocks) { worker, task in
      let (input, block) = task.quotientAndRemainder(dividingBy: outputBlocks)
      let total = context.scratch(worker: worker)
      let grid = total + Self.frequencies * lanes
      let kernel = grid + Self.frequencies * lanes
      for frequency in 0..<Self.frequencies {
        let source = context.shared + frequency * frequencyCount + input * outputCount + block * lanes
        for lane in 0..<lanes {
          var sum = source[lane]
          for part in 1..<max(parts.count, 1) { sum += source[part * partCount + lane] }
          total[frequency * lanes + lane] = sum
        }
      }
      kernels.training.winogradWeightGradient(
        WinogradWeightGradientArguments(sums: total, frequencyStride: lanes, output: kernel, grid: grid))
      for lane in 0..<min(lanes, problem.outputs - block * lanes) {
        let place = target.pointer + ((block * lanes + lane) * problem.inputs + input) * 9
        for tap in 0..<9 {
          let value = kernel[tap * lanes + lane]
          place[tap] = target.accumulates ? place[tap] + value : value
        }
      }
    }
  }
}
