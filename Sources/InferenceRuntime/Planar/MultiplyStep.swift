import KernelsPortable
import NetworkGraph

/// Values times values, or a channel's values times its factor.
struct MultiplyStep: ExecutionStep {
  private let activation: Activation
  private let count: Int
  /// Neighbouring values with one factor.
  private let valuesPerFactor: Int

  init(_ activation: Activation, maps: TensorShape, factors: TensorShape) {
    self.activation = activation
    count = maps.elementsPerSample
    valuesPerFactor = count / factors.elementsPerSample
  }

  func run(_ context: StepContext) {
    context.parallel(parts: 1) { _, sample, _ in
      let (input, factors) = (context.input(sample: sample), context.input(1, sample: sample))
      let output = context.output(sample: sample)
      for index in 0..<count { output[index] = input[index] * factors[index / valuesPerFactor] }
      addBiasAndActivate(output, count: count, bias: 0, activation: activation)
    }
  }
}
