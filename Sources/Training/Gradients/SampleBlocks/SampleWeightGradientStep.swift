import InferenceRuntime
import KernelTemplates

/// The gradient of a convolution's kernels, on maps in blocks of samples. Each sample's products are summed up in its own lane;
/// the lanes come together at the end.
struct SampleWeightGradientStep: TrainingStep {
  /// Floats of input and gradient that all taps sweep over while they are in the first-level cache.
  private static let residentCount = 6 * 1024

  private let geometry: WindowGeometry
  private let inputs: Int
  private let outputs: Int
  private let input: BatchValue
  private let gradient: BatchValue
  private let target: PlanBuilder.ParameterGradient
  private let kernels: KernelSet
  /// Output channels of each tile, and neighbouring taps.
  private let tiles: [Range<Int>]
  private let tapRuns: [Range<Int>]
  private let borders: [ColumnRun]
  private let rowRuns: [Range<Int>]
  private let parts: BatchParts

  /// - Parameter maximumBlocks: of samples.
  init(
    _ geometry: WindowGeometry, inputs: Int, outputs: Int, input: BatchValue, gradient: BatchValue,
    target: PlanBuilder.ParameterGradient, maximumBlocks: Int, kernels: KernelSet
  ) {
    self.geometry = geometry
    self.inputs = inputs
    self.outputs = outputs
    self.input = input
    self.gradient = gradient
    self.target = target
    self.kernels = kernels
    let sizes = kernels.training.sampleBlocks.weightGradients
    tiles = evenParts(of: outputs, most: sizes.count)
    tapRuns = evenParts(of: geometry.kernelWidth, most: sizes[0].count)
    let interior = geometry.interiorColumns
    borders = ColumnRun.runs(geometry, most: 1).filter { !interior.contains($0.columns.lowerBound) && !$0.taps.isEmpty }
    let rowCount = (geometry.inputWidth + geometry.outputWidth * sizes.count) * kernels.lanes
    rowRuns = evenParts(of: geometry.outputHeight, most: max(Self.residentCount / rowCount, 1))
    parts = BatchParts(tasks: tiles.count * inputs, maximumBatch: maximumBlocks)
  }

  private var lanes: Int { kernels.lanes }
  private var area: Int { geometry.kernelArea }
  /// `[part][output][input][tap][lanes]`
  private var partCount: Int { outputs * inputs * area * lanes }

  var algorithm: String { "direct, samples" }
  var sharedCount: Int { parts.count * partCount }

  func run(_ context: TrainingContext) {
    let tasks = tiles.count * inputs
    context.pool.run(taskCount: parts.count * tasks) { _, task in
      let (part, rest) = task.quotientAndRemainder(dividingBy: tasks)
      let (tile, input) = (tiles[rest / inputs], rest % inputs)
      let sums = context.shared + part * partCount + (tile.lowerBound * inputs + input) * area * lanes
      for output in 0..<tile.count { (sums + output * inputs * area * lanes).update(repeating: 0, count: area * lanes) }
      for block in parts.samples(part, of: context.batch) { addUp(block, input, tile, into: sums) }
    }
    collect(context)
  }

  private func addUp(_ block: Int, _ channel: Int, _ tile: Range<Int>, into sums: UnsafeMutablePointer<Float>) {
    let values = input.sample(block) + channel * geometry.inputArea * lanes
    let gradients = gradient.sample(block) + tile.lowerBound * geometry.outputArea * lanes
    for rows in rowRuns {
      for kernelRow in 0..<geometry.kernelHeight {
        let real = rows.clamped(to: geometry.realOutputRows(kernel: kernelRow))
        guard !real.isEmpty else { continue }
        add(kernelRow, real, values, gradients, tile, into: sums + kernelRow * geometry.kernelWidth * lanes)
      }
    }
  }

  /// One row of taps over some rows of positions.
  private func add(
    _ kernelRow: Int, _ rows: Range<Int>, _ values: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>,
    _ tile: Range<Int>, into sums: UnsafeMutablePointer<Float>
  ) {
    let row = rows.lowerBound + kernelRow - geometry.paddingTop
    func add(_ columns: Range<Int>, _ taps: Range<Int>) {
      let column = columns.lowerBound - geometry.paddingLeft + taps.lowerBound
      kernels.training.sampleBlocks.weightGradients[tile.count - 1][taps.count - 1].run(
        SampleWeightGradientArguments(
          values: values + (row * geometry.inputWidth + column) * lanes, valueRowStride: geometry.inputWidth * lanes,
          gradients: gradients + (rows.lowerBound * geometry.outputWidth + columns.lowerBound) * lanes,
          gradientStride: geometry.outputArea * lanes, gradientRowStride: geometry.outputWidth * lanes,
          rows: rows.count, columns: columns.count, sums: sums + taps.lowerBound * lanes,
          sumStride: inputs * area * lanes))
    }
    if !geometry.interiorColumns.isEmpty {
      for taps in tapRuns { add(geometry.interiorColumns, taps) }
    }
    for border in borders {
      for run in tapRuns {
        let taps = run.clamped(to: border.taps)
        if !taps.isEmpty { add(border.columns, taps) }
      }
    }
  }

  /// Adds up the parts, and the lanes of each sum.
  private func collect(_ context: TrainingContext) {
    context.pool.run(taskCount: outputs) { _, output in
      let first = output * inputs * area
      for weight in first..<first + inputs * area {
        var sum: Float = 0
        for part in 0..<parts.count { sum += laneSum(context.shared + part * partCount + weight * lanes, lanes) }
        target.pointer[weight] = target.accumulates ? target.pointer[weight] + sum : sum
      }
    }
  }
}
