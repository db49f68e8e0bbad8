import InferenceRuntime
import KernelTemplates

/// F(3x3, 4x4): 36 products for each pair of channels and tile of 4 x 4 outputs, where plain sums take 144. They are summed
/// over tiles and samples before one transform back (Lavin and Gray, 2016, section 4).
struct WinogradWeightGradients: WeightGradientAlgorithm {
  let name = "winograd-f3x3-4x4"

  /// It takes one group of 3x3 kernels with stride 1 and no dilation, and reads maps in blocks, not the network's own input.
  func computes(_ problem: WeightGradientProblem) -> Bool {
    let geometry = problem.geometry
    return problem.groups * problem.mergedGroups == 1 && !problem.isPlanarInput
      && geometry.kernelHeight == 3 && geometry.kernelWidth == 3
      && geometry.strideHeight == 1 && geometry.strideWidth == 1
      && geometry.dilationHeight == 1 && geometry.dilationWidth == 1
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
  /// Tiles that a part of the batch has at least: with fewer, clearing sums and adding up parts would cost more than the
  /// products.
  private static let leastTilesOfPart = 64

  private let problem: WeightGradientProblem
  private let kernels: KernelSet
  private let inputBlocks: Int
  private let outputBlocks: Int
  /// Blocks of a task.
  private let inputGroups: [Range<Int>]
  private let outputGroups: [Range<Int>]
  private let tileRows: Int
  private let tileColumns: Int
  private let tilesAtOnce: Int
  private let parts: BatchParts
  /// Calls of kernels for one frequency, for each pair of an input group and an output group.
  private let productRuns: [[ProductRun]]

  init(_ problem: WeightGradientProblem, kernels: KernelSet) {
    let lanes = kernels.lanes
    self.problem = problem
    self.kernels = kernels
    inputBlocks = blockCount(problem.inputs, lanes: lanes)
    outputBlocks = blockCount(problem.outputs, lanes: lanes)
    inputGroups = evenParts(of: inputBlocks, most: Self.mostChannels / lanes)
    outputGroups = evenParts(of: outputBlocks, most: Self.mostChannels / lanes)
    tileRows = (problem.geometry.outputHeight + 3) / 4
    tileColumns = (problem.geometry.outputWidth + 3) / 4
    let widest = max(inputGroups.map(\.count).max()!, outputGroups.map(\.count).max()!) * lanes
    tilesAtOnce = max(16, min(64, 2048 / widest))
    let mostParts = problem.maximumBatch * tileRows * tileColumns / Self.leastTilesOfPart
    parts = BatchParts(
      tasks: inputGroups.count * outputGroups.count, maximumBatch: max(min(problem.maximumBatch, mostParts), 1))
    let (blockStride, outputGroups) = (tilesAtOnce * lanes, outputGroups)
    productRuns = inputGroups.flatMap { inputs in
      outputGroups.map { outputs in
        ProductRun.runs(inputs, outputs, channels: problem.inputs, blockStride: blockStride, kernels: kernels)
      }
    }
  }

  private var lanes: Int { kernels.lanes }
  /// `[part][frequency][input][output block][lanes]`
  private var outputCount: Int { outputBlocks * lanes }
  private var frequencyCount: Int { inputBlocks * lanes * outputCount }
  private var partCount: Int { Self.frequencies * frequencyCount }
  /// Floats from one frequency of transformed values to the next: an odd number of vectors. With 16 lanes these are cache
  /// lines, with 8 lanes halves of them; an even number of lines would put all frequencies of a tile into a few sets of the
  /// cache.
  private func frequencyStride(_ groups: [Range<Int>]) -> Int { (groups[0].count + 1) * tilesAtOnce * lanes | lanes }
  private var inputStride: Int { frequencyStride(inputGroups) }
  private var gradientStride: Int { frequencyStride(outputGroups) }
  private var gridCount: Int { (Self.frequencies + 9) * lanes }

  var scratchCount: Int { roundedUp(Self.frequencies * (inputStride + gradientStride) + gridCount) }
  var sharedCount: Int { parts.count * partCount }

  func run(
    _ context: TrainingContext, input: BatchValue, gradient: BatchValue,
    into target: PlanBuilder.ParameterGradient
  ) {
    let tasks = inputGroups.count * outputGroups.count
    context.pool.run(taskCount: parts.count * tasks) { worker, task in
      let (part, pair) = task.quotientAndRemainder(dividingBy: tasks)
      addUp(
        parts.samples(part, of: context.batch), input, gradient, pair: pair, into: context.shared + part * partCount,
        scratch: context.scratch(worker: worker))
    }
    collect(context, into: target)
  }

  private func addUp(
    _ samples: Range<Int>, _ input: BatchValue, _ gradient: BatchValue, pair: Int,
    into sums: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs) = (inputGroups[pair / outputGroups.count], outputGroups[pair % outputGroups.count])
    let perSample = tileRows * tileColumns
    let tiles = samples.lowerBound * perSample..<samples.upperBound * perSample
    let gradients = scratch + Self.frequencies * inputStride
    let grid = gradients + Self.frequencies * gradientStride
    if tiles.isEmpty { multiply(0, scratch, gradients, productRuns[pair], into: sums, continues: false) }
    for first in stride(from: tiles.lowerBound, to: tiles.upperBound, by: tilesAtOnce) {
      let some = first..<min(first + tilesAtOnce, tiles.upperBound)
      for (index, tile) in some.enumerated() {
        transform(tile, index, input, inputs, into: scratch, grid: grid)
        transform(tile, index, gradient: gradient, outputs, into: gradients, grid: grid)
      }
      multiply(some.count, scratch, gradients, productRuns[pair], into: sums, continues: first > tiles.lowerBound)
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
    _ tileCount: Int, _ values: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, _ runs: [ProductRun],
    into sums: UnsafeMutablePointer<Float>, continues: Bool
  ) {
    var arguments = WeightGradientArguments(
      values: values, valueStride: lanes, valueRowStride: 0, gradients: gradients, gradientStride: lanes,
      gradientRowStride: 0, gradientBlockStride: tilesAtOnce * lanes, rows: 1, columns: tileCount, sums: sums,
      sumStride: outputCount, sumBlockStride: lanes, continues: continues)
    for frequency in 0..<Self.frequencies {
      for run in runs {
        arguments.values = values + frequency * inputStride + run.values
        arguments.gradients = gradients + frequency * gradientStride + run.gradients
        arguments.sums = sums + frequency * frequencyCount + run.input * outputCount + run.outputBlock * lanes
        run.kernel.run(arguments)
      }
    }
  }

  /// Adds the parts up, transforms the sums back and puts them where the kernels have them.
  private func collect(_ context: TrainingContext, into target: PlanBuilder.ParameterGradient) {
    context.pool.run(taskCount: Self.frequencies) { _, frequency in
      let sums = context.shared + frequency * frequencyCount
      for part in 1..<max(parts.count, 1) {
        kernels.training.add(
          SumArguments(a: sums, b: sums + part * partCount, vectors: frequencyCount / lanes, output: sums))
      }
    }
    context.pool.run(taskCount: problem.inputs * outputBlocks) { worker, task in
      let (input, block) = task.quotientAndRemainder(dividingBy: outputBlocks)
      let grid = context.scratch(worker: worker)
      let kernel = grid + Self.frequencies * lanes
      kernels.training.winogradWeightGradient(
        WinogradWeightGradientArguments(
          sums: context.shared + input * outputCount + block * lanes, frequencyStride: frequencyCount,
          output: kernel, grid: grid))
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

/// One call of a kernel for each frequency: some input channels by some blocks of output channels.
private struct ProductRun: Sendable {
  /// Where the values of the first tile lie, in floats from the beginning of a frequency; gradients likewise.
  let values: Int
  let gradients: Int
  /// The first input channel and the first output block, of all.
  let input: Int
  let outputBlock: Int
  let kernel: WeightGradientKernel

  /// - Parameter blockStride: floats of one block's tiles.
  static func runs(
    _ inputs: Range<Int>, _ outputs: Range<Int>, channels: Int, blockStride: Int, kernels: KernelSet
  ) -> [ProductRun] {
    let lanes = kernels.lanes
    let most = kernels.training.weightGradients.count
    let outputRuns = evenParts(of: outputs.count, most: most)
    return inputs.flatMap { block in
      outputRuns.flatMap { outputRun in
        let sized = kernels.training.weightGradients[outputRun.count - 1]
        return evenParts(of: min(lanes, channels - block * lanes), most: sized.count).map { run in
          ProductRun(
            values: (block - inputs.lowerBound) * blockStride + run.lowerBound,
            gradients: outputRun.lowerBound * blockStride, input: block * lanes + run.lowerBound,
            outputBlock: outputs.lowerBound + outputRun.lowerBound, kernel: sized[run.count - 1])
        }
      }
    }
  }
}
