import KernelsPortable
import NetworkGraph

/// An activation that could not be fused into the layer before it.
struct ActivationStep: ExecutionStep {
  let activation: Activation
  let count: Int

  func run(_ context: StepContext) {
    context.parallel(parts: 1) { _, sample, _ in
      let output = context.output(sample: sample)
      output.update(from: context.input(sample: sample), count: count)
      addBiasAndActivate(output, count: count, bias: 0, activation: activation)
    }
  }
}
