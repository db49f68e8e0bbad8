import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Local response normalisation. The way back computes the denominators anew, rather than keep them.
struct LocalResponseNormalizationLayer: DifferentiableLayer {
  private let normalization: LocalResponseNormalization
  private let source: LayerSource
  private var input: PlanValue

  init(_ normalization: LocalResponseNormalization, _ source: LayerSource) {
    self.normalization = normalization
    self.source = source
    input = source.inputs[0]
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input, as: source.inputShapes[0], for: source.name).value
    let output = plan.value(input.shape, needsGradient: input.needsGradient)
    plan.record(source.name, reads: [input], writes: [output], inPlace: (output, input)) {
      [normalization, input, kernels = plan.kernels] memory in
      ResponseNormalizationStep(
        normalization: normalization, shape: input.shape, input: memory[input], gradient: nil, result: memory[output],
        kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    let result = plan.value(input.shape)
    plan.record("\(source.name).backward", reads: [input, gradient], writes: [result], inPlace: (result, gradient)) {
      [normalization, input, kernels = plan.kernels] memory in
      ResponseNormalizationStep(
        normalization: normalization, shape: input.shape, input: memory[input], gradient: memory[gradient],
        result: memory[result], kernels: kernels)
    }
    plan.contribute(result, to: input, from: source.name)
  }
}

/// Positions are independent of one another, so threads share them out.
private struct ResponseNormalizationStep: TrainingStep {
  let normalization: LocalResponseNormalization
  let shape: MapShape
  let input: BatchValue
  /// None on the way forward.
  let gradient: BatchValue?
  let result: BatchValue
  let kernels: KernelSet

  var algorithm: String { "response-normalization" }
  var scratchCount: Int { 3 * (shape.blocks * shape.lanes + normalization.size) }

  func run(_ context: TrainingContext) {
    let (area, size) = (shape.area, normalization.size)
    let parts = min(max(shape.count / 8192, 1), area)
    context.parallel(parts: parts) { worker, sample, part in
      let lines = context.scratch(worker: worker)
      lines.update(repeating: 0, count: scratchCount)
      kernels.training.responseNormalization(
        ResponseNormalizationPassArguments(
          input: input.sample(sample), gradient: gradient.map { UnsafePointer($0.sample(sample)) },
          result: result.sample(sample), channels: shape.channels, blockStride: shape.blockSize,
          positions: evenPart(part, of: parts, of: area), size: size,
          scale: normalization.alpha / Float(size), beta: normalization.beta, k: normalization.k, lines: lines))
    }
  }
}
