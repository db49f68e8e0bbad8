import KernelsPortable
import NetworkGraph

/// The sum of all inputs, with the activation that follows a residual block.
struct AddStep: ExecutionStep {
  let activation: Activation
  let count: Int

  func run(_ context: StepContext) {
    context.parallel(parts: 1) { _, sample, _ in
      let output = context.output(sample: sample)
      output.update(from: context.input(sample: sample), count: count)
      for index in context.inputs.indices.dropFirst() {
        accumulate(context.input(index, sample: sample), count: count, into: output)
      }
      addBiasAndActivate(output, count: count, bias: 0, activation: activation)
    }
  }
}
