import KernelsPortable

/// A step, then an activation that its kernel cannot apply as it stores.
struct ActivatedStep: ExecutionStep {
  let step: any ExecutionStep
  let activation: Activation
  /// Floats of one sample of the output.
  let count: Int

  var algorithm: String { step.algorithm }
  var weightBytes: Int { step.weightBytes }
  var scratchCount: Int { step.scratchCount }
  func sharedCount(batch: Int) -> Int { step.sharedCount(batch: batch) }

  func run(_ context: StepContext) {
    step.run(context)
    context.parallel(parts: 1) { _, sample, _ in
      addBiasAndActivate(context.output(sample: sample), count: count, bias: 0, activation: activation)
    }
  }
}
