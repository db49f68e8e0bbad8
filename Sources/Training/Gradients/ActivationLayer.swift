import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// An activation by itself. If its derivative follows from its output, its input is not kept.
struct ActivationLayer: DifferentiableLayer {
  private let function: Activation
  private let source: LayerSource
  private var input: PlanValue
  private var output: PlanValue

  init(_ function: Activation, _ source: LayerSource) {
    self.function = function
    self.source = source
    input = source.inputs[0]
    output = input
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.inBlocks(input, as: source.inputShapes[0], for: source.name)
    output = plan.value(input.shape, needsGradient: input.needsGradient)
    plan.record(source.name, reads: [input], writes: [output], inPlace: (output, input)) {
      [function, input, output, kernels = plan.kernels] memory in
      ActivationStep(
        function: function, shape: input.shape, input: memory[input], output: memory[output], kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard input.needsGradient else { return }
    let kept = function.hasDerivativeOfOutput ? output : input
    let result = plan.value(input.shape)
    plan.record("\(source.name).backward", reads: [kept, gradient], writes: [result], inPlace: (result, gradient)) {
      [function, kernels = plan.kernels] memory in
      ActivationGradientStep(
        function: function, shape: result.shape, values: memory[kept], gradient: memory[gradient],
        result: memory[result], kernels: kernels)
    }
    plan.contribute(result, to: input, from: source.name)
  }
}

private struct ActivationStep: TrainingStep {
  let function: Activation
  let shape: MapShape
  let input: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  /// Vectors that are copied before the function is applied to them: few enough to stay in the first-level cache.
  private static let stretch = 128

  var algorithm: String { "elementwise" }

  func run(_ context: TrainingContext) {
    context.forEachRun(of: shape) { _, sample, blocks in
      let vectors = blocks.lowerBound * shape.area..<blocks.upperBound * shape.area
      for first in stride(from: vectors.lowerBound, to: vectors.upperBound, by: Self.stretch) {
        apply(sample, first..<min(first + Self.stretch, vectors.upperBound))
      }
    }
  }

  private func apply(_ sample: Int, _ vectors: Range<Int>) {
    let (place, lanes) = (vectors.lowerBound * shape.lanes, shape.lanes)
    let (source, target) = (input.sample(sample) + place, output.sample(sample) + place)
    if source != target { target.update(from: source, count: vectors.count * lanes) }
    kernels.activate(
      ActivationArguments(
        target, rows: 1, rowStride: 0, columns: vectors.count, columnStride: lanes, function))
  }
}

/// Computes the gradient of an activation's input: the gradient of its output times the derivative.
struct ActivationGradientStep: TrainingStep {
  let function: Activation
  let shape: MapShape
  /// The outputs of the function if its derivative follows from them, and otherwise its inputs.
  let values: BatchValue
  let gradient: BatchValue
  let result: BatchValue
  let kernels: KernelSet

  var algorithm: String { "elementwise" }

  func run(_ context: TrainingContext) {
    context.forEachRun(of: shape) { _, sample, blocks in
      let place = blocks.lowerBound * shape.blockSize
      kernels.training.activationGradient(
        ActivationGradientArguments(
          values: values.sample(sample) + place, isOutput: function.hasDerivativeOfOutput,
          gradient: gradient.sample(sample) + place, vectors: blocks.count * shape.area, function: function,
          result: result.sample(sample) + place))
    }
  }
}
