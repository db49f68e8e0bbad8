import KernelTemplates

/// Where the tiles of a convolution find the values of a window, and which weight belongs to each.
struct WindowAccess: Sendable {
  /// Whether the map is copied into a padded one before it is read.
  let isPadded: Bool
  /// Floats of one sample of the padded map.
  let sampleCount: Int
  /// Floats from the first input channel of one group to the next one's.
  let groupStride: Int
  /// Floats from one output position's window to the next one's.
  let positionStride: Int
  /// Floats from the first window of one output row to the next one's.
  let rowStride: Int
  /// Rows of output positions that are read one by one; a pointwise convolution is one row of all positions.
  let rowCount: Int
  let rowWidth: Int
  /// Consecutive values at each step.
  let inner: Int
  /// Offset of each step from a window's first value.
  let steps: IndexTable
  /// For each row of output positions, the steps that read rows of the map and not only padding, as far as those are
  /// neighbours; all steps elsewhere.
  let rowSteps: [Range<Int>]
  /// For each value of a window in the order in which it is read: its weight's index in an output's row, or -1.
  let weightOrder: [Int32]

  var stepCount: Int { steps.count }

  /// - Parameter readsWholeBlocks: each step is `lanes` values, those included that no weight belongs to: channels that
  ///   are only padding or, of a planar map, what comes after a row of the window.
  init(_ problem: ConvolutionProblem, map: PaddedMap, lanes: Int, readsWholeBlocks: Bool) {
    let geometry = problem.geometry
    isPadded = problem.isPlanarInput || !map.isWhole
    let (width, area) =
      isPadded ? (map.paddedWidth, map.paddedArea) : (geometry.inputWidth, geometry.inputArea)
    let depth = problem.isPlanarInput ? problem.inputChannels : lanes
    sampleCount =
      problem.isPlanarInput
      // The last window's steps can reach beyond the map.
      ? area * depth + (readsWholeBlocks ? lanes : 0) : area * storedChannels(problem.inputChannels, lanes: lanes)
    groupStride = problem.groupInputs / lanes * area * lanes
    positionStride = geometry.strideWidth * depth
    if geometry.isPointwise, !isPadded {
      (rowCount, rowWidth, rowStride) = (1, geometry.outputArea, 0)
    } else {
      (rowCount, rowWidth) = (geometry.outputHeight, geometry.outputWidth)
      rowStride = geometry.strideHeight * width * depth
    }
    if problem.isPlanarInput {
      (inner, steps, weightOrder) = Self.interleaved(
        problem, width: width, inner: readsWholeBlocks ? lanes : nil)
    } else {
      (inner, steps, weightOrder) = Self.blocked(
        problem, width: width, area: area, lanes: lanes, readsWholeBlocks: readsWholeBlocks)
    }
    // The steps of a row of the kernel are neighbours where there is one block of channels.
    let isOrderedByRow = isPadded && (problem.isPlanarInput || problem.groupInputs <= lanes)
    let stepCount = steps.count
    rowSteps = (0..<rowCount).map { row in
      guard isOrderedByRow else { return 0..<stepCount }
      let kernelRows = Self.realKernelRows(geometry, output: row)
      let perRow = stepCount / geometry.kernelHeight
      return kernelRows.lowerBound * perRow..<kernelRows.upperBound * perRow
    }
  }

  /// Rows of the kernel that lie on the map for a row of outputs; one that does not where none does.
  private static func realKernelRows(_ geometry: WindowGeometry, output: Int) -> Range<Int> {
    let real = (0..<geometry.kernelHeight).filter {
      (0..<geometry.inputHeight).contains(geometry.inputRow(output: output, kernel: $0))
    }
    guard let first = real.first, let last = real.last else { return 0..<1 }
    return first..<last + 1
  }

  /// All channels lie side by side: without dilation a whole row of the kernel is one run.
  ///
  /// - Parameter inner: values of a step, of which a run takes several; `nil` for steps as long as runs are.
  private static func interleaved(
    _ problem: ConvolutionProblem, width: Int, inner: Int?
  ) -> (inner: Int, steps: IndexTable, order: [Int32]) {
    let (geometry, channels) = (problem.geometry, problem.inputChannels)
    let columnsPerRun = geometry.dilationWidth == 1 ? geometry.kernelWidth : 1
    let inner = inner ?? columnsPerRun * channels
    var steps: [Int] = []
    var order: [Int32] = []
    for row in 0..<geometry.kernelHeight {
      for first in stride(from: 0, to: geometry.kernelWidth, by: columnsPerRun) {
        let start = (row * geometry.dilationHeight * width + first * geometry.dilationWidth) * channels
        for step in stride(from: 0, to: columnsPerRun * channels, by: inner) {
          steps.append(start + step)
          for value in step..<step + inner {
            let (column, channel) = value.quotientAndRemainder(dividingBy: channels)
            let index = (channel * geometry.kernelHeight + row) * geometry.kernelWidth + first + column
            order.append(column < columnsPerRun ? Int32(index) : -1)
          }
        }
      }
    }
    return (inner, IndexTable(steps), order)
  }

  /// Values of a run: as many as leave out all channels that are only padding, or whole blocks.
  private static func runLength(_ channels: Int, lanes: Int) -> Int {
    if channels < lanes { return channels }
    return [lanes, lanes / 2, lanes / 4].first { channels % $0 == 0 && $0 >= 4 } ?? lanes
  }

  /// Each tap of each block of channels is one run, or several where that leaves out channels which are only padding.
  private static func blocked(
    _ problem: ConvolutionProblem, width: Int, area: Int, lanes: Int, readsWholeBlocks: Bool
  ) -> (inner: Int, steps: IndexTable, order: [Int32]) {
    let geometry = problem.geometry
    let inner = readsWholeBlocks ? lanes : runLength(problem.groupInputs, lanes: lanes)
    var steps: [Int] = []
    var order: [Int32] = []
    for block in 0..<blockCount(problem.groupInputs, lanes: lanes) {
      for row in 0..<geometry.kernelHeight {
        for column in 0..<geometry.kernelWidth {
          let tap = (block * area + row * geometry.dilationHeight * width + column * geometry.dilationWidth) * lanes
          for first in stride(from: 0, to: min(lanes, problem.groupInputs - block * lanes), by: inner) {
            steps.append(tap + first)
            for channel in block * lanes + first..<block * lanes + first + inner {
              let index = (channel * geometry.kernelHeight + row) * geometry.kernelWidth + column
              order.append(channel < problem.groupInputs ? Int32(index) : -1)
            }
          }
        }
      }
    }
    return (inner, IndexTable(steps), order)
  }
}
