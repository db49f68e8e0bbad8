import KernelTemplates
import KernelsPortable
import NetworkGraph

/// Convolution as a matrix product: kernels `[outputs, depth]` times unrolled windows `[depth, positions]`.
///
/// The work of one sample is cut into tiles, each a range of output channels by a range of output positions, so that
/// a tile's unrolled windows stay in the cache and bias and activation are applied before its result leaves it.
struct ConvolutionStep: ExecutionStep {
  /// Unrolled values that a tile may hold: 512 Ki floats, the two megabytes of a typical second-level cache.
  static let targetTileCount = 512 * 1024
  /// Fewer columns than this would leave the matrix kernels mostly packing.
  static let minimumColumns = 64

  private let geometry: WindowGeometry
  private let groups: Int
  private let groupInputs: Int
  private let groupOutputs: Int
  private let weights: WeightTensor
  private let bias: [Float]
  private let activation: Activation
  private let columnsPerTile: Int
  private let rowsPerTile: Int

  init(
    geometry: WindowGeometry, groups: Int, inputChannels: Int, weights: WeightTensor, bias: [Float],
    activation: Activation, threadCount: Int
  ) {
    self.geometry = geometry
    self.groups = groups
    groupInputs = inputChannels / groups
    groupOutputs = bias.count / groups
    self.weights = weights
    self.bias = bias
    self.activation = activation
    let depth = groupInputs * geometry.kernelArea
    let positions = geometry.outputArea
    let fitting = max(Self.targetTileCount / depth, Self.minimumColumns)
    // Enough tiles for every thread: by positions where there are many, else by output channels.
    if positions >= 2 * Self.minimumColumns * threadCount {
      columnsPerTile = min(fitting, (positions + threadCount - 1) / threadCount)
      rowsPerTile = groupOutputs
    } else {
      columnsPerTile = min(fitting, positions)
      rowsPerTile = max((groupOutputs + threadCount - 1) / threadCount, 1)
    }
  }

  private var depth: Int { groupInputs * geometry.kernelArea }
  private var columnTiles: Int { (geometry.outputArea + columnsPerTile - 1) / columnsPerTile }
  private var rowTiles: Int { (groupOutputs + rowsPerTile - 1) / rowsPerTile }

  var scratchCount: Int { geometry.isPointwise ? 0 : depth * columnsPerTile }

  func run(_ context: StepContext) {
    weights.withUnsafeValues { weights in
      context.parallel(parts: groups * rowTiles * columnTiles) { worker, sample, part in
        let tile = Tile(part, self)
        multiply(
          tile, weights: weights.baseAddress!, input: context.input(sample: sample),
          output: context.output(sample: sample), scratch: context.scratch(worker: worker))
      }
    }
  }

  /// A range of output channels of one group by a range of output positions.
  private struct Tile {
    let group: Int
    let channels: Range<Int>
    let positions: Range<Int>

    init(_ index: Int, _ step: ConvolutionStep) {
      let (rest, column) = index.quotientAndRemainder(dividingBy: step.columnTiles)
      let (group, row) = rest.quotientAndRemainder(dividingBy: step.rowTiles)
      self.group = group
      let firstChannel = group * step.groupOutputs + row * step.rowsPerTile
      channels = firstChannel..<min(firstChannel + step.rowsPerTile, (group + 1) * step.groupOutputs)
      let firstPosition = column * step.columnsPerTile
      positions = firstPosition..<min(firstPosition + step.columnsPerTile, step.geometry.outputArea)
    }
  }

  private func multiply(
    _ tile: Tile, weights: UnsafePointer<Float>, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let groupInput = input + tile.group * groupInputs * geometry.inputArea
    let columns: (pointer: UnsafePointer<Float>, stride: Int)
    if geometry.isPointwise {
      columns = (groupInput + tile.positions.lowerBound, geometry.inputArea)
    } else {
      imageToColumns(
        input: groupInput, channels: groupInputs, geometry: geometry, positions: tile.positions, columns: scratch)
      columns = (UnsafePointer(scratch), tile.positions.count)
    }
    let target = output + tile.channels.lowerBound * geometry.outputArea + tile.positions.lowerBound
    MatrixProduct.multiply(
      weights + tile.channels.lowerBound * depth, stride: depth, columns.pointer, stride: columns.stride,
      into: target, stride: geometry.outputArea, rows: tile.channels.count, columns: tile.positions.count, depth: depth)
    for (row, channel) in tile.channels.enumerated() {
      addBiasAndActivate(
        target + row * geometry.outputArea, count: tile.positions.count, bias: bias[channel], activation: activation)
    }
  }
}
