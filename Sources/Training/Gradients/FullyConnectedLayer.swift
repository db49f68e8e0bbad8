import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A fully connected layer with its bias and the activation behind it: products of matrices, with samples in the place of
/// positions.
struct FullyConnectedLayer: DifferentiableLayer {
  private let source: LayerSource
  private let layer: FullyConnected
  private let activation: Activation
  private var input: PlanValue
  private let outputShape: MapShape
  private var output: PlanValue?

  /// - Parameter activation: one whose derivative follows from its result.
  init(_ source: LayerSource, _ layer: FullyConnected, activation: Activation, lanes: Int) {
    self.source = source
    self.layer = layer
    self.activation = activation
    input = source.inputs[0]
    outputShape = MapShape(channels: layer.outputFeatures, height: 1, width: 1, lanes: lanes)
  }

  private var matrix: MatrixView {
    MatrixView(outputs: layer.outputFeatures, input: input.shape)
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.inBlocks(input, as: source.inputShapes[0], for: source.name)
    let weightName = source.tensorName(.weight)
    let isLearned = plan.isLearned(weightName) || layer.hasBias && plan.isLearned(source.tensorName(.bias))
    let output = plan.value(outputShape, needsGradient: input.needsGradient || isLearned)
    let product = MatrixProductPass(
      depth: input.shape.count, outputs: layer.outputFeatures, activation: activation, kernels: plan.kernels)
    let weights = MatrixWeights(
      values: plan.values(ofParameter: weightName), depths: IndexTable(matrix.columns),
      outputs: IndexTable(matrix.rows(paddedTo: outputShape.count)))
    let bias = layer.hasBias ? plan.values(ofParameter: source.tensorName(.bias)) : nil
    plan.recordProduct(
      product, weights, bias: bias, input: input, addend: nil, output: output, name: source.name)
    self.output = output
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let gradient = plan.gradient(before: activation, output: output!, gradient, layer: source.name)
    if layer.hasBias, let target = plan.gradient(ofParameter: source.tensorName(.bias)) {
      plan.recordBiasGradient(gradient, into: target, layer: source.name)
    }
    if let target = plan.gradient(ofParameter: source.tensorName(.weight)) {
      let (matrix, input, kernels) = (matrix, input, plan.kernels)
      plan.record("\(source.name).weight", reads: [input, gradient], writes: []) { memory in
        MatrixGradientStep(
          matrix, input: memory[input], gradient: memory[gradient], target: target, kernels: kernels)
      }
    }
    if input.needsGradient { recordInputGradient(gradient, &plan) }
  }

  private func recordInputGradient(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let product = MatrixProductPass(
      depth: gradient.shape.count, outputs: input.shape.count, activation: .identity, kernels: plan.kernels)
    let weights = MatrixWeights(
      values: plan.values(ofParameter: source.tensorName(.weight)),
      depths: IndexTable(matrix.rows(paddedTo: gradient.shape.count)), outputs: IndexTable(matrix.columns))
    let input = input
    plan.contribute(to: input) { plan, addend in
      let result = plan.value(input.shape)
      plan.recordProduct(
        product, weights, bias: nil, input: gradient, addend: addend, output: result, name: "\(source.name).input")
      return result
    }
  }
}

extension PlanBuilder {
  /// Records a product with a matrix, and the packing of the matrix before it.
  ///
  /// - Parameter addend: added to the sums, and written over.
  fileprivate mutating func recordProduct(
    _ product: MatrixProductPass, _ weights: MatrixWeights, bias: UnsafePointer<Float>?, input: PlanValue,
    addend: PlanValue?, output: PlanValue, name: String
  ) {
    reservePackedWeights(product.packedCount)
    record("\(name).packing", reads: [], writes: []) { memory in
      MatrixPackingStep(product: product, weights: weights, bias: bias, packed: memory.packedWeights.pointer)
    }
    record(
      name, reads: [input] + (addend.map { [$0] } ?? []), writes: [output], inPlace: addend.map { (output, $0) }
    ) { memory in
      MatrixProductStep(
        product: product, input: memory[input], addend: addend.map { memory[$0] }, output: memory[output],
        packed: memory.packedWeights.pointer)
    }
  }
}

/// Where the weights `[outputs][inputs]` of a layer lie that reads a map in blocks as the vector it is when flattened.
struct MatrixView: Sendable {
  let outputs: Int
  let input: MapShape
  /// For each place in a sample of the map, its index in a row; below zero for padding.
  let columns: [Int]

  init(outputs: Int, input: MapShape) {
    self.outputs = outputs
    self.input = input
    columns = (0..<input.count).map { place in
      let channel = place / input.blockSize * input.lanes + place % input.lanes
      return channel < input.channels ? channel * input.area + place / input.lanes % input.area : -1
    }
  }

  var inputs: Int { input.channels * input.area }

  /// Where each row begins; below zero for padding.
  func rows(paddedTo count: Int) -> [Int] { (0..<count).map { $0 < outputs ? $0 * inputs : -1 } }

  /// - Parameter place: index in a sample of the map.
  /// - Returns: `nil` for padding.
  func index(output: Int, place: Int) -> Int? {
    columns[place] >= 0 && output < outputs ? output * inputs + columns[place] : nil
  }
}

/// A matrix whose value for an input and an output lies at the sum of their offsets.
///
/// `@unchecked Sendable`: parameters change between batches alone.
struct MatrixWeights: @unchecked Sendable {
  let values: UnsafePointer<Float>
  /// The offset of each input, and of each output; below zero where the value is zero.
  let depths: IndexTable
  let outputs: IndexTable
}

/// A product of each sample with a matrix whose values change between runs.
final class MatrixProductPass: Sendable {
  /// Floats of a matrix's part that stays in the second-level cache.
  private static let residentCount = 64 * 1024

  private let depth: Int
  private let epilogue: Epilogue
  private let kernels: KernelSet
  private let tiles: [OutputTile]
  private let bias: LargeBuffer
  private let start = IndexTable([0])

  init(depth: Int, outputs: Int, activation: Activation, kernels: KernelSet) {
    let blocks = blockCount(outputs, lanes: kernels.lanes)
    self.depth = depth
    self.kernels = kernels
    epilogue = Epilogue(activation)
    tiles = evenParts(of: blocks, most: kernels.tiles.count).map {
      OutputTile(firstBlock: $0.lowerBound, vectors: $0.count)
    }
    packedCount = depth * blocks * kernels.lanes
    bias = LargeBuffer(blocks * kernels.lanes)
    outputCount = outputs
  }

  private let outputCount: Int
  /// Floats of the packed matrix.
  let packedCount: Int

  /// - Parameter packed: `packedCount` floats, all of which are written.
  func repack(
    _ weights: MatrixWeights, bias values: UnsafePointer<Float>?, into packed: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    if let values { bias.pointer.update(from: values, count: outputCount) }
    let lanes = kernels.lanes
    let parts = max(min(depth / 64, 16), 1)
    pool.run(taskCount: tiles.count * parts) { _, task in
      let (tile, part) = (tiles[task / parts], task % parts)
      let width = tile.vectors * lanes
      let outputs = weights.outputs.pointer + tile.firstBlock * lanes
      for depth in evenPart(part, of: parts, of: self.depth) {
        let line = packed + self.depth * tile.firstBlock * lanes + depth * width
        let offset = weights.depths.pointer[depth]
        for lane in 0..<width {
          line[lane] = offset < 0 || outputs[lane] < 0 ? 0 : weights.values[offset + outputs[lane]]
        }
      }
    }
  }

  func run(
    _ context: TrainingContext, packed: UnsafePointer<Float>, input: BatchValue, addend: BatchValue?,
    output: BatchValue
  ) {
    // Parts of the batch too: few outputs make few tiles.
    let chunks = max(min(16 / tiles.count, context.batch / 8), 1)
    context.pool.run(taskCount: tiles.count * chunks) { _, task in
      let (tile, chunk) = (tiles[task / chunks], task % chunks)
      run(
        tile, evenPart(chunk, of: chunks, of: context.batch), packed: packed, input: input,
        addend: addend, output: output)
    }
  }

  private func run(
    _ tile: OutputTile, _ samples: Range<Int>, packed: UnsafePointer<Float>, input: BatchValue, addend: BatchValue?,
    output: BatchValue
  ) {
    let limit = kernels.tiles[tile.vectors - 1].count
    let runs = (samples.count + limit - 1) / limit
    let parts = max((depth * tile.vectors * kernels.lanes + Self.residentCount - 1) / Self.residentCount, 1)
    for part in 0..<parts {
      let depths = evenPart(part, of: parts, of: depth)
      for run in 0..<runs {
        let first = samples.lowerBound + samples.count * run / runs
        let last = samples.lowerBound + samples.count * (run + 1) / runs
        multiply(tile, depths, first..<last, packed: packed, input: input, addend: addend, output: output)
      }
    }
  }

  private func multiply(
    _ tile: OutputTile, _ depths: Range<Int>, _ samples: Range<Int>, packed: UnsafePointer<Float>,
    input: BatchValue, addend: BatchValue?, output: BatchValue
  ) {
    let lanes = kernels.lanes
    let first = tile.firstBlock * lanes
    let isFirst = depths.lowerBound == 0
    let epilogue = depths.upperBound == depth ? self.epilogue : .none
    let target = output.sample(samples.lowerBound) + first
    let added = addend.map { UnsafePointer($0.sample(samples.lowerBound) + first) }
    precondition(addend == nil || addend!.stride == output.stride, "what is added is laid out as the output")
    kernels.tile(vectors: tile.vectors, positions: samples.count).run(
      TileArguments(
        input: input.sample(samples.lowerBound) + depths.lowerBound, positionStride: input.stride,
        steps: start.pointer, stepCount: 1, inner: depths.count,
        weights: packed + depth * first + depths.lowerBound * tile.vectors * lanes,
        bias: isFirst ? UnsafePointer(bias.pointer + first) : nil,
        addend: isFirst ? added : UnsafePointer(target), output: target, outputStride: output.stride,
        blockStride: lanes, epilogue: epilogue))
    kernels.apply(
      epilogue, to: target, rows: tile.vectors, rowStride: lanes, columns: samples.count, columnStride: output.stride)
  }
}

/// Packs the matrix of the product that comes next, as it is now.
private struct MatrixPackingStep: TrainingStep {
  let product: MatrixProductPass
  let weights: MatrixWeights
  /// Unchecked: one step at a time packs weights, and parameters change between batches alone.
  nonisolated(unsafe) let bias: UnsafePointer<Float>?
  nonisolated(unsafe) let packed: UnsafeMutablePointer<Float>

  var algorithm: String { "packing" }

  func run(_ context: TrainingContext) { product.repack(weights, bias: bias, into: packed, pool: context.pool) }
}

private struct MatrixProductStep: TrainingStep {
  let product: MatrixProductPass
  let input: BatchValue
  let addend: BatchValue?
  let output: BatchValue
  /// Unchecked: read only until the next matrix is packed.
  nonisolated(unsafe) let packed: UnsafePointer<Float>

  var algorithm: String { "fully-connected" }

  func run(_ context: TrainingContext) {
    product.run(context, packed: packed, input: input, addend: addend, output: output)
  }
}

/// The gradient of a matrix: for each pair of input and output, products summed over samples.
private struct MatrixGradientStep: TrainingStep {
  private let matrix: MatrixView
  private let input: BatchValue
  private let gradient: BatchValue
  private let target: PlanBuilder.ParameterGradient
  private let kernels: KernelSet
  private let tiling: GradientTiling

  init(
    _ matrix: MatrixView, input: BatchValue, gradient: BatchValue, target: PlanBuilder.ParameterGradient,
    kernels: KernelSet
  ) {
    self.matrix = matrix
    self.input = input
    self.gradient = gradient
    self.target = target
    self.kernels = kernels
    tiling = GradientTiling(outputs: matrix.outputs, kernels: kernels)
  }

  /// `[lanes][vectors][lanes]`
  var scratchCount: Int { roundedUp(kernels.lanes * kernels.training.weightGradients.count * kernels.lanes) }
  var algorithm: String { "fully-connected" }

  func run(_ context: TrainingContext) {
    let tiles = tiling.tiles.count
    let vectors = matrix.input.count / kernels.lanes
    context.pool.run(taskCount: tiles * vectors) { worker, task in
      addUp(
        tiling.tiles[task % tiles], first: task / tiles * kernels.lanes, batch: context.batch,
        sums: context.scratch(worker: worker))
    }
  }

  /// - Parameter first: place in the map of the first of a vector of inputs.
  private func addUp(_ tile: OutputTile, first: Int, batch: Int, sums: UnsafeMutablePointer<Float>) {
    let (lanes, width) = (kernels.lanes, tile.vectors * kernels.lanes)
    tiling.forEachRun(of: lanes, vectors: tile.vectors) { run, kernel in
      kernel.run(
        WeightGradientArguments(
          values: input.pointer + first + run.lowerBound, valueStride: input.stride, valueRowStride: 0,
          gradients: gradient.pointer + tile.firstBlock * lanes, gradientStride: gradient.stride,
          gradientRowStride: 0, gradientBlockStride: lanes, rows: 1, columns: batch,
          sums: sums + run.lowerBound * width, sumStride: width, sumBlockStride: lanes, continues: false))
    }
    for value in 0..<lanes {
      for lane in 0..<width {
        guard let index = matrix.index(output: tile.firstBlock * lanes + lane, place: first + value) else { continue }
        let sum = sums[value * width + lane]
        target.pointer[index] = target.accumulates ? target.pointer[index] + sum : sum
      }
    }
  }
}
