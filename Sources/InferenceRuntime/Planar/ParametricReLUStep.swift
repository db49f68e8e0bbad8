/// ReLU with a learned slope for each channel's negative values.
struct ParametricReLUStep: ExecutionStep {
  /// One for each channel.
  let slopes: [Float]
  let area: Int

  func run(_ context: StepContext) {
    context.parallel(parts: slopes.count) { _, sample, channel in
      let (input, output) = (context.input(sample: sample), context.output(sample: sample))
      for index in channel * area..<(channel + 1) * area {
        output[index] = input[index] > 0 ? input[index] : input[index] * slopes[channel]
      }
    }
  }
}
