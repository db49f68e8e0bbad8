import InferenceRuntime

/// A value in the making to which a step adds: it begins with what other layers have contributed to it, or with zeros.
struct GradientSum {
  let result: BatchValue
  /// What there is already; may lie where the result does.
  let addend: BatchValue?

  /// The `count` numbers of a sample from `offset` on, ready to be added to.
  func begin(sample: Int, offset: Int, count: Int) -> UnsafeMutablePointer<Float> {
    let target = result.sample(sample) + offset
    guard let addend else {
      target.update(repeating: 0, count: count)
      return target
    }
    let source = addend.sample(sample) + offset
    if source != target { target.update(from: source, count: count) }
    return target
  }
}

extension PlanBuilder {
  /// Records a step that adds to the gradient of `value`.
  ///
  /// - Parameters:
  ///   - reads: the values that the step reads, beside the gradient so far.
  ///   - make: makes the step. It must add to the whole sum, or begin it.
  mutating func accumulate(
    _ name: String, to value: PlanValue, reads: [PlanValue],
    _ make: @escaping (PlanMemory, GradientSum) -> any TrainingStep
  ) {
    contribute(to: value) { plan, addend in
      let result = plan.value(value.shape)
      plan.record(
        name, reads: reads + (addend.map { [$0] } ?? []), writes: [result], inPlace: addend.map { (result, $0) }
      ) { memory in
        make(memory, GradientSum(result: memory[result], addend: addend.map { memory[$0] }))
      }
      return result
    }
  }
}
