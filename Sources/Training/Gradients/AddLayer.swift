/// A sum of values. The gradient of the sum is also the gradient of each summand.
struct AddLayer: DifferentiableLayer {
  private let source: LayerSource
  private var inputs: [ArrangedValue] = []

  init(_ source: LayerSource) {
    self.source = source
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    inputs = plan.alike(source)
    let needsGradient = inputs.contains(where: \.needsGradient)
    var sum = inputs[0].value
    for next in inputs.dropFirst().map(\.value) {
      let (earlier, result) = (sum, plan.value(sum.shape, needsGradient: needsGradient))
      plan.record(source.name, reads: [earlier, next], writes: [result], inPlace: (result, earlier)) {
        [kernels = plan.kernels] memory in
        SumStep(memory[earlier], memory[next], memory[result], shape: result.shape, kernels: kernels)
      }
      sum = result
    }
    return sum
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    for input in inputs where input.needsGradient { plan.contribute(gradient, to: input, from: source.name) }
  }
}

extension PlanBuilder {
  /// The inputs of a layer that works number by number: as they lie in memory if all have the same layout, and
  /// otherwise arranged alike.
  mutating func alike(_ source: LayerSource) -> [ArrangedValue] {
    let shapes = Set(source.inputs.map(\.shape))
    if shapes.count == 1, !source.inputs.contains(where: \.isInput) {
      return source.inputs.map { ArrangedValue(original: $0, value: $0) }
    }
    return zip(source.inputs, source.inputShapes).map { arranged($0, as: $1, for: source.name) }
  }
}
