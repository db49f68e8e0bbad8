import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Adaptive average pooling; with an output of `1 x 1`, global average pooling.
struct AdaptiveAveragePoolingLayer: DifferentiableLayer {
  private let source: LayerSource
  private var input: PlanValue

  init(_ source: LayerSource) {
    self.source = source
    input = source.inputs[0]
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input, as: source.inputShapes[0], for: source.name).value
    let output = plan.value(MapShape(source.outputShape, lanes: plan.lanes), needsGradient: input.needsGradient)
    plan.record(source.name, reads: [input], writes: [output]) { [input, kernels = plan.kernels] memory in
      RegionMeanStep(
        inputShape: input.shape, outputShape: output.shape, input: memory[input], output: memory[output],
        kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    plan.accumulate("\(source.name).backward", to: input, reads: [gradient]) {
      [input, kernels = plan.kernels] memory, sum in
      RegionMeanGradientStep(
        inputShape: input.shape, outputShape: gradient.shape, gradient: memory[gradient], sum: sum, kernels: kernels)
    }
  }
}

/// The regions of adaptive pooling.
private struct Regions {
  let input: MapShape
  let output: MapShape

  /// Calls `body` with every output position, and the rows and columns of the input that it stands for.
  func forEach(_ body: (_ position: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    for row in 0..<output.height {
      let rows = adaptiveRegion(row, of: output.height, over: input.height)
      for column in 0..<output.width {
        body(row * output.width + column, rows, adaptiveRegion(column, of: output.width, over: input.width))
      }
    }
  }
}

private struct RegionMeanStep: TrainingStep {
  let inputShape: MapShape
  let outputShape: MapShape
  let input: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "pooling" }

  func run(_ context: TrainingContext) {
    let regions = Regions(input: inputShape, output: outputShape)
    context.forEachBlock(of: inputShape) { _, sample, block in
      let map = input.sample(sample) + block * inputShape.blockSize
      let means = output.sample(sample) + block * outputShape.blockSize
      regions.forEach { position, rows, columns in
        kernels.regionMean(
          RegionMeanArguments(
            input: map, width: inputShape.width, rows: rows, columns: columns,
            output: means + position * outputShape.lanes))
      }
    }
  }
}

private struct RegionMeanGradientStep: TrainingStep {
  let inputShape: MapShape
  let outputShape: MapShape
  let gradient: BatchValue
  let sum: GradientSum
  let kernels: KernelSet

  var algorithm: String { "pooling" }

  func run(_ context: TrainingContext) {
    let regions = Regions(input: inputShape, output: outputShape)
    context.forEachBlock(of: inputShape) { _, sample, block in
      let gradients = gradient.sample(sample) + block * outputShape.blockSize
      let map = sum.begin(sample: sample, offset: block * inputShape.blockSize, count: inputShape.blockSize)
      regions.forEach { position, rows, columns in
        kernels.training.regionMeanGradient(
          RegionMeanGradientArguments(
            gradient: gradients + position * outputShape.lanes, width: inputShape.width, rows: rows, columns: columns,
            result: map))
      }
    }
  }
}
