import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Softmax over the channels of each position, within the network. (The loss has its own.)
struct SoftmaxLayer: DifferentiableLayer {
  private let source: LayerSource
  private var input: ArrangedValue
  private var output: PlanValue

  init(_ source: LayerSource) {
    self.source = source
    output = source.inputs[0]
    input = ArrangedValue(original: output, value: output)
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input.original, as: source.inputShapes[0], for: source.name)
    let value = input.value
    output = plan.value(value.shape, needsGradient: value.needsGradient)
    plan.record(source.name, reads: [value], writes: [output], inPlace: (output, value)) {
      [output, kernels = plan.kernels] memory in
      SoftmaxStep(
        shape: value.shape, mask: LaneMask(channelsOf: value.shape), input: memory[value], output: memory[output],
        kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    let result = plan.value(output.shape)
    plan.record("\(source.name).backward", reads: [output, gradient], writes: [result], inPlace: (result, gradient)) {
      [output, kernels = plan.kernels] memory in
      SoftmaxGradientStep(
        shape: output.shape, output: memory[output], gradient: memory[gradient], result: memory[result],
        kernels: kernels)
    }
    plan.contribute(result, to: input, from: source.name)
  }
}

extension TrainingContext {
  /// Runs `body(sample, positions)` for runs of positions that together are all of every sample's.
  fileprivate func forEachPositionRun(of shape: MapShape, _ body: (_ sample: Int, _ positions: Range<Int>) -> Void) {
    let parts = min(max(shape.count / 8192, 1), shape.area)
    parallel(parts: parts) { _, sample, part in
      body(sample, evenPart(part, of: parts, of: shape.area))
    }
  }
}

private struct SoftmaxStep: TrainingStep {
  let shape: MapShape
  let mask: LaneMask
  let input: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "softmax" }

  func run(_ context: TrainingContext) {
    context.forEachPositionRun(of: shape) { sample, positions in
      kernels.training.softmax(
        SoftmaxArguments(
          input: input.sample(sample), output: output.sample(sample), blocks: shape.blocks,
          blockStride: shape.blockSize, positions: positions, mask: mask.pointer))
    }
  }
}

private struct SoftmaxGradientStep: TrainingStep {
  let shape: MapShape
  let output: BatchValue
  let gradient: BatchValue
  let result: BatchValue
  let kernels: KernelSet

  var algorithm: String { "softmax" }

  func run(_ context: TrainingContext) {
    context.forEachPositionRun(of: shape) { sample, positions in
      kernels.training.softmaxGradient(
        SoftmaxGradientArguments(
          output: output.sample(sample), gradient: gradient.sample(sample), result: result.sample(sample),
          blocks: shape.blocks, blockStride: shape.blockSize, positions: positions))
    }
  }
}
