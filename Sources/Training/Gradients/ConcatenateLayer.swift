import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Values joined along one axis. Each input's gradient is its part of the result's.
struct ConcatenateLayer: DifferentiableLayer {
  private let axis: Int
  private let source: LayerSource
  private var inputs: [ArrangedValue] = []

  init(_ concatenate: Concatenate, _ source: LayerSource) {
    axis = concatenate.axis
    self.source = source
  }

  /// Whether channels are joined, rather than rows or columns.
  private var joinsChannels: Bool { axis == 1 }

  private var gather: ChannelGather { ChannelGather(joining: inputs.map(\.value.shape.channels)) }

  /// Where each input has its place in the rows and columns of the result.
  private var regions: [MapRegion] {
    var (row, column) = (0, 0)
    return inputs.map { input in
      let shape = input.value.shape
      defer { if axis == 2 { row += shape.height } else { column += shape.width } }
      return MapRegion(part: shape, whole: MapShape(source.outputShape, lanes: shape.lanes), row: row, column: column)
    }
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    inputs = zip(source.inputs, source.inputShapes).map { plan.arranged($0, as: $1, for: source.name) }
    let values = inputs.map(\.value)
    let output = plan.value(
      MapShape(source.outputShape, lanes: plan.lanes), needsGradient: inputs.contains(where: \.needsGradient))
    if joinsChannels {
      plan.record(source.name, reads: values, writes: [output]) { [gather, kernels = plan.kernels] memory in
        ChannelGatherStep(
          gather, inputs: values.map { memory[$0] }, sum: GradientSum(result: memory[output], addend: nil),
          shape: output.shape, kernels: kernels)
      }
    } else {
      plan.record(source.name, reads: values, writes: [output]) { [regions] memory in
        JoinStep(shape: output.shape, regions: regions, inputs: values.map { memory[$0] }, output: memory[output])
      }
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    for (index, input) in inputs.enumerated() where input.needsGradient {
      plan.accumulate(
        "\(source.name).backward", to: input, reads: [gradient], from: source.name,
        joinsChannels ? channels(of: index, gradient, plan.kernels) : rectangle(of: index, gradient, plan.kernels))
    }
  }

  /// Makes the step that adds an input's channels of the gradient.
  private func channels(
    of index: Int, _ gradient: PlanValue, _ kernels: KernelSet
  ) -> (PlanMemory, GradientSum) -> any TrainingStep {
    let shape = inputs[index].value.shape
    let inverse = gather.inverse(input: index, channels: shape.channels)
    return { ChannelGatherStep(inverse, inputs: [$0[gradient]], sum: $1, shape: shape, kernels: kernels) }
  }

  /// Makes the step that adds an input's rows and columns of the gradient.
  private func rectangle(
    of index: Int, _ gradient: PlanValue, _ kernels: KernelSet
  ) -> (PlanMemory, GradientSum) -> any TrainingStep {
    let region = regions[index]
    return { RectangleStep(region: region, whole: $0[gradient], sum: $1, kernels: kernels) }
  }
}

/// A map that is a rectangle of a larger one.
private struct MapRegion {
  let part: MapShape
  let whole: MapShape
  let row: Int
  let column: Int

  /// Floats of one row of the part.
  var rowLength: Int { part.width * part.lanes }

  /// Calls `body` with the place of each row of the part in a block of either map.
  func forEachRow(_ body: (_ part: Int, _ whole: Int) -> Void) {
    for index in 0..<part.height {
      body(index * rowLength, ((row + index) * whole.width + column) * whole.lanes)
    }
  }
}

/// Rows or columns of several maps, side by side in one.
private struct JoinStep: TrainingStep {
  let shape: MapShape
  let regions: [MapRegion]
  let inputs: [BatchValue]
  let output: BatchValue

  var algorithm: String { "copy" }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { _, sample, block in
      let target = output.sample(sample) + block * shape.blockSize
      for (region, input) in zip(regions, inputs) {
        let source = input.sample(sample) + block * region.part.blockSize
        region.forEachRow { (target + $1).update(from: source + $0, count: region.rowLength) }
      }
    }
  }
}

/// Adds one rectangle of a map to another map.
private struct RectangleStep: TrainingStep {
  let region: MapRegion
  let whole: BatchValue
  let sum: GradientSum
  let kernels: KernelSet

  var algorithm: String { "copy" }

  func run(_ context: TrainingContext) {
    let shape = region.part
    context.forEachBlock(of: shape) { _, sample, block in
      let source = whole.sample(sample) + block * region.whole.blockSize
      let target = sum.begin(sample: sample, offset: block * shape.blockSize, count: shape.blockSize)
      region.forEachRow {
        kernels.training.add(
          SumArguments(a: target + $0, b: source + $1, vectors: shape.width, output: target + $0))
      }
    }
  }
}
