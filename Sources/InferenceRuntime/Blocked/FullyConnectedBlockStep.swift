import KernelTemplates
import NetworkGraph

/// A fully connected layer by register tiles, samples in the place of positions. Its weights are read once a batch.
struct FullyConnectedBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let tiling: OutputTiling
  private let depth: Int
  private let epilogue: Epilogue
  private let packed: PackedWeights
  private let bias: PackedWeights
  private let start = IndexTable([0])

  var algorithm: String { "fully-connected" }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }

  /// - Parameter input: shape and layout of the value that is read, which may be feature maps not yet flattened.
  init(
    weights: WeightTensor, bias: [Float], epilogue: Epilogue, input: (shape: TensorShape, layout: Layout),
    kernels: KernelSet
  ) {
    let lanes = kernels.lanes
    let (outputs, inputs) = (weights.shape[0], weights.shape[1])
    let order = Self.weightOrder(input.shape, input.layout)
    let tiling = OutputTiling(blocks: blockCount(outputs, lanes: lanes), kernels: kernels)
    let paddedOutputs = tiling.tiles.reduce(0) { $0 + $1.vectors } * lanes
    self.kernels = kernels
    self.tiling = tiling
    self.epilogue = epilogue
    depth = order.count
    packed = PackedWeights(count: order.count * paddedOutputs) { target in
      weights.withUnsafeValues {
        packWeights(
          $0.baseAddress!, outputs: outputs, rowLength: inputs, order: order, tiles: tiling.tiles, lanes: lanes,
          into: target)
      }
    }
    self.bias = PackedWeights(bias, paddedTo: paddedOutputs)
  }

  /// For each value in memory, its index in a row of weights, which follow the order of a flattened `C x H x W`.
  private static func weightOrder(_ shape: TensorShape, _ layout: Layout) -> [Int32] {
    guard case .blocked(let lanes) = layout else { return (0..<shape.elementsPerSample).map(Int32.init) }
    let area = shape.spatial.area
    return (0..<shape.storedCount(layout)).map { place in
      let channel = place / (area * lanes) * lanes + place % lanes
      return channel < shape.channels ? Int32(channel * area + place / lanes % area) : -1
    }
  }

  func run(_ context: StepContext) {
    context.run(taskCount: tiling.tiles.count) { _, index in
      let tile = tiling.tiles[index]
      // The network's own inputs lie anywhere, not a fixed stride apart.
      let limit = context.inputs[0] == .networkInput ? 1 : kernels.tiles[tile.vectors - 1].count
      let runs = (context.batch + limit - 1) / limit
      let width = tile.vectors * kernels.lanes
      let parts = max((depth * width + SecondLevelCache.panelCount - 1) / SecondLevelCache.panelCount, 1)
      for part in 0..<parts {
        let depths = evenPart(part, of: parts, of: depth)
        for run in 0..<runs {
          multiply(tile, depths, samples: evenPart(run, of: runs, of: context.batch), context)
        }
      }
    }
  }

  private func multiply(_ tile: OutputTile, _ depths: Range<Int>, samples: Range<Int>, _ context: StepContext) {
    let lanes = kernels.lanes
    let epilogue = depths.upperBound == depth ? self.epilogue : .none
    let first = tile.firstBlock * lanes
    let isFirst = depths.lowerBound == 0
    let output = context.output(sample: samples.lowerBound) + first
    kernels.tile(vectors: tile.vectors, positions: samples.count).run(
      TileArguments(
        input: context.input(sample: samples.lowerBound) + depths.lowerBound,
        positionStride: samples.count == 1
          ? 0 : context.input(sample: samples.lowerBound + 1) - context.input(sample: samples.lowerBound),
        steps: start.pointer, stepCount: 1, inner: depths.count,
        weights: packed.pointer + depth * first + depths.lowerBound * tile.vectors * lanes,
        bias: isFirst ? bias.pointer + first : nil,
        addend: isFirst ? nil : UnsafePointer(output),
        output: output, outputStride: context.outputStride,
        blockStride: lanes, epilogue: epilogue))
    kernels.apply(
      epilogue, to: output, rows: tile.vectors, rowStride: lanes, columns: samples.count,
      columnStride: context.outputStride)
  }
}
