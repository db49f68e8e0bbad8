import KernelTemplates
import NetworkGraph

/// Convolution of the network's own planar input with the rows transformed: for each output row, every frequency is a
/// matrix product over channels, kernel rows and phases, and the sums are transformed back.
///
/// A stride s splits rows and kernels into s phases of every s-th value, each a convolution with stride 1 of as many
/// values; all have the same transform, so that they are summed up as channels are. Two dimensions would save more
/// products, but the few channels of an image leave too few of them for each transformed value.
struct WinogradRowConvolutionStep: ExecutionStep {
  private let transforms: WinogradRowKernels
  private let kernels: KernelSet
  private let problem: ConvolutionProblem
  private let map: PaddedMap
  private let tiling: OutputTiling
  private let packed: PackedWeights
  private let bias: PackedWeights
  /// From a tile's value 0 to each of its values, in rows that are split as `split` does it.
  private let offsets: IndexTable
  /// From an output row's first transformed value to those that each weight meets.
  private let steps: IndexTable
  private let outputs: Int
  private let frequencies: Int
  private let phases: Int
  /// Tiles of a row, and as many as whole vectors of them.
  private let tileCount: Int
  private let tileStride: Int

  private static let rowsPerTask = 4

  private var lanes: Int { kernels.lanes }
  private var channels: Int { problem.inputChannels }
  /// Values from one tile of a row to the next.
  private var period: Int { outputs * phases }
  /// Floats of a row's values of one remainder modulo `period`; tiles read a few behind their own.
  private var remainderStride: Int { tileStride + lanes }
  private var splitCount: Int { period * remainderStride }
  /// Floats of one transformed row of all channels and phases.
  private var rowStride: Int { channels * phases * frequencies * tileStride }
  private var mostPositions: Int { kernels.tiles.map(\.count).max()! }

  let algorithm = WinogradRowsConvolution().name
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  var scratchCount: Int { max(splitCount, frequencies * tiling.mostVectors * mostPositions * lanes) }
  func sharedCount(batch: Int) -> Int { batch * map.paddedHeight * rowStride }

  /// Neighbours of one phase that are summed up.
  static func taps(_ geometry: WindowGeometry) -> Int {
    (geometry.kernelWidth + geometry.strideWidth - 1) / geometry.strideWidth
  }

  /// - Parameter packed: weights, as `pack` makes them.
  init(_ problem: ConvolutionProblem, packed: PackedWeights, kernels: KernelSet) {
    let geometry = problem.geometry
    let taps = Self.taps(geometry)
    let shape = WinogradRowKernels.shape(taps: taps)!
    let (lanes, phases) = (kernels.lanes, geometry.strideWidth)
    let blocks = blockCount(problem.outputChannels, lanes: lanes)
    self.kernels = kernels
    self.problem = problem
    self.phases = phases
    self.packed = packed
    tiling = OutputTiling(blocks: blocks, kernels: kernels)
    map = PaddedMap(geometry)
    transforms = kernels.winogradRows[taps]!
    outputs = shape.outputs
    frequencies = shape.inputs
    tileCount = (geometry.outputWidth + shape.outputs - 1) / shape.outputs
    tileStride = (tileCount + lanes - 1) / lanes * lanes
    bias = PackedWeights(problem.bias, paddedTo: blocks * lanes)
    let (period, remainderStride) = (shape.outputs * phases, tileStride + lanes)
    offsets = IndexTable(
      (0..<phases).flatMap { phase in
        (0..<shape.inputs).map { index in
          let value = index * phases + phase
          return value % period * remainderStride + value / period
        }
      })
    let phaseStride = shape.inputs * tileStride
    steps = IndexTable((0..<Self.depth(problem)).map { $0 * phaseStride })
  }

  /// Products that are summed up for each output and frequency.
  private static func depth(_ problem: ConvolutionProblem) -> Int {
    problem.geometry.kernelHeight * problem.inputChannels * problem.geometry.strideWidth
  }

  /// The weights with their rows transformed, in the order in which the step reads them.
  static func pack(_ weights: WeightTensor, _ problem: ConvolutionProblem, kernels: KernelSet) -> PackedWeights {
    let (geometry, lanes) = (problem.geometry, kernels.lanes)
    let taps = taps(geometry)
    let blocks = blockCount(problem.outputChannels, lanes: lanes)
    let frequencies = WinogradRowKernels.shape(taps: taps)!.inputs
    return PackedWeights(count: frequencies * depth(problem) * blocks * lanes) { target in
      weights.withUnsafeValues {
        packRowTransformedWeights(
          taps: taps, $0.baseAddress!, outputs: problem.outputChannels, inputs: problem.inputChannels,
          kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth, phases: geometry.strideWidth,
          tiles: OutputTiling(blocks: blocks, kernels: kernels).tiles, lanes: lanes, into: target)
      }
    }
  }

  func run(_ context: StepContext) {
    context.parallel(parts: map.paddedHeight) { worker, sample, row in
      transformRow(
        row, of: context.input(sample: sample), split: context.scratch(worker: worker),
        into: context.shared + (sample * map.paddedHeight + row) * rowStride)
    }
    let height = problem.geometry.outputHeight
    let chunks = (height + Self.rowsPerTask - 1) / Self.rowsPerTask
    context.parallel(parts: chunks * tiling.tiles.count) { worker, sample, part in
      let (chunk, tile) = part.quotientAndRemainder(dividingBy: tiling.tiles.count)
      for row in evenPart(chunk, of: chunks, of: height) {
        compute(row, tiling.tiles[tile], sample: sample, products: context.scratch(worker: worker), context)
      }
    }
  }

  /// One padded row of all channels, `[channel][phase][frequency][tile]`.
  private func transformRow(
    _ row: Int, of sample: UnsafePointer<Float>, split: UnsafeMutablePointer<Float>,
    into transformed: UnsafeMutablePointer<Float>
  ) {
    let real = map.realColumns(paddedRow: row)
    guard !real.isEmpty else { return transformed.update(repeating: 0, count: rowStride) }
    for channel in 0..<channels {
      splitRow(sample + (channel * map.height + row - map.top) * map.width, real: real, into: split)
      for phase in 0..<phases {
        transforms.input(
          WinogradRowInputArguments(
            row: split, offsets: offsets.pointer + phase * frequencies, vectors: tileStride / lanes,
            output: transformed + (channel * phases + phase) * frequencies * tileStride, frequencyStride: tileStride))
      }
    }
  }

  /// A row's values by their remainder modulo `period`, so that the same value of neighbouring tiles lies side by side.
  ///
  /// - Parameter real: columns of the padded row that the map fills.
  private func splitRow(_ source: UnsafePointer<Float>, real: Range<Int>, into split: UnsafeMutablePointer<Float>) {
    for remainder in 0..<period {
      let line = split + remainder * remainderStride
      // The first and the last column of the map with this remainder, as tiles.
      let first = max((real.lowerBound - remainder + period - 1) / period, 0)
      let end = max((real.upperBound - remainder + period - 1) / period, first)
      line.update(repeating: 0, count: first)
      let values = source + remainder - real.lowerBound
      for tile in first..<end { line[tile] = values[tile * period] }
      (line + end).update(repeating: 0, count: remainderStride - end)
    }
  }

  private func compute(
    _ row: Int, _ channels: OutputTile, sample: Int, products: UnsafeMutablePointer<Float>, _ context: StepContext
  ) {
    let geometry = problem.geometry
    let transformed = context.shared + (sample * map.paddedHeight + row * geometry.strideHeight) * rowStride
    let output = context.output(sample: sample) + row * geometry.outputWidth * lanes
    let runs = tiling.runCount(of: tileCount, vectors: channels.vectors)
    for run in 0..<runs {
      let tiles = evenPart(run, of: runs, of: tileCount)
      multiply(transformed + tiles.lowerBound, tileCount: tiles.count, channels, into: products)
      for vector in 0..<channels.vectors {
        let block = channels.firstBlock + vector
        let column = tiles.lowerBound * outputs
        let arguments = WinogradRowOutputArguments(
          input: products + vector * tiles.count * lanes, frequencyStride: channels.vectors * tiles.count * lanes,
          bias: bias.pointer + block * lanes, output: output + (block * geometry.outputArea + column) * lanes,
          columns: min(tiles.count * outputs, geometry.outputWidth - column), epilogue: problem.epilogue)
        transforms.output(arguments)
        kernels.apply(
          problem.epilogue, to: arguments.output, rows: 1, rowStride: 0, columns: arguments.columns,
          columnStride: lanes)
      }
    }
  }

  /// `[frequency][vector][tile][lanes]`, small enough for a first-level cache.
  private func multiply(
    _ transformed: UnsafePointer<Float>, tileCount: Int, _ channels: OutputTile,
    into products: UnsafeMutablePointer<Float>
  ) {
    let kernel = kernels.tile(vectors: channels.vectors, positions: tileCount)
    let frequencyCount = steps.count * channels.vectors * lanes
    let zeros = PackedWeights.zeros.pointer
    let weights = packed.pointer + frequencies * steps.count * channels.firstBlock * lanes
    for frequency in 0..<frequencies {
      kernel.run(
        TileArguments(
          input: transformed + frequency * tileStride, positionStride: 1, steps: steps.pointer, stepCount: steps.count,
          inner: 1, weights: weights + frequency * frequencyCount, bias: zeros, addend: nil,
          output: products + frequency * channels.vectors * tileCount * lanes, outputStride: lanes,
          blockStride: tileCount * lanes, epilogue: .none))
    }
  }
}
