import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// The product of two values of one shape, or of maps and one factor for each channel.
struct MultiplyLayer: DifferentiableLayer {
  private let source: LayerSource
  /// Whether the second of `inputs` is one factor a channel.
  private let isPerChannel: Bool
  /// Factors come last.
  private var inputs: [ArrangedValue] = []

  init(_ source: LayerSource) {
    self.source = source
    isPerChannel = source.inputShapes[0] != source.inputShapes[1]
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    inputs = isPerChannel ? mapsAndFactors(&plan) : plan.alike(source)
    let (maps, factors) = (inputs[0].value, inputs[1].value)
    let output = plan.value(maps.shape, needsGradient: inputs.contains(where: \.needsGradient))
    record(source.name, maps, factors, into: output, &plan)
    return output
  }

  private func mapsAndFactors(_ plan: inout PlanBuilder) -> [ArrangedValue] {
    let arranged = zip(source.inputs, source.inputShapes).map { plan.arranged($0, as: $1, for: source.name) }
    return source.inputShapes[0] == source.outputShape ? arranged : arranged.reversed()
  }

  private func record(
    _ name: String, _ maps: PlanValue, _ factors: PlanValue, into output: PlanValue, _ plan: inout PlanBuilder
  ) {
    plan.record(name, reads: [maps, factors], writes: [output], inPlace: (output, maps)) {
      [isPerChannel, kernels = plan.kernels] memory in
      ProductStep(
        shape: output.shape, isPerChannel: isPerChannel, maps: memory[maps], factors: memory[factors],
        output: memory[output], kernels: kernels)
    }
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    if isPerChannel, inputs[1].needsGradient {
      recordFactorGradient(gradient, &plan)
    } else {
      for (input, other) in [(inputs[1], inputs[0]), (inputs[0], inputs[1])] where input.needsGradient {
        let result = plan.value(input.value.shape)
        record("\(source.name).backward", gradient, other.value, into: result, &plan)
        plan.contribute(result, to: input, from: source.name)
      }
    }
  }

  /// Records one step for two gradients: that of the factors, which is a sum over positions, and that of the maps.
  private func recordFactorGradient(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let (maps, factors) = (inputs[0].value, inputs[1].value)
    let sums = plan.value(factors.shape)
    let result = inputs[0].needsGradient ? plan.value(maps.shape) : nil
    plan.record(
      "\(source.name).backward", reads: [maps, factors, gradient], writes: [sums] + (result.map { [$0] } ?? []),
      inPlace: result.map { ($0, gradient) }
    ) { [kernels = plan.kernels] memory in
      FactorGradientStep(
        shape: maps.shape, maps: memory[maps], factors: memory[factors], gradient: memory[gradient],
        result: result.map { memory[$0] }, sums: memory[sums], kernels: kernels)
    }
    plan.contribute(sums, to: inputs[1], from: source.name)
    if let result { plan.contribute(result, to: inputs[0], from: source.name) }
  }
}

private struct ProductStep: TrainingStep {
  let shape: MapShape
  let isPerChannel: Bool
  let maps: BatchValue
  let factors: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "elementwise" }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { _, sample, block in
      let place = block * shape.blockSize
      kernels.combine(
        CombinationArguments(
          .multiply, maps.sample(sample) + place,
          factors.sample(sample) + (isPerChannel ? block * shape.lanes : place), isPerBlock: isPerChannel,
          vectors: shape.area, output: output.sample(sample) + place, epilogue: .none))
    }
  }
}

private struct FactorGradientStep: TrainingStep {
  let shape: MapShape
  let maps: BatchValue
  let factors: BatchValue
  let gradient: BatchValue
  /// The gradient of the maps; `nil` if no layer needs it.
  let result: BatchValue?
  /// The factors' gradient.
  let sums: BatchValue
  let kernels: KernelSet

  var algorithm: String { "elementwise" }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { _, sample, block in
      let (place, vector) = (block * shape.blockSize, block * shape.lanes)
      kernels.training.combinationGradient(
        CombinationGradientArguments(
          .multiply, values: maps.sample(sample) + place, factors: factors.sample(sample) + vector,
          gradient: gradient.sample(sample) + place, vectors: shape.area,
          result: result.map { $0.sample(sample) + place }, sums: sums.sample(sample) + vector))
    }
  }
}
