import KernelsPortable

struct SoftmaxStep: ExecutionStep {
  let channels: Int
  let area: Int

  func run(_ context: StepContext) {
    context.parallel(parts: area) { _, sample, pixel in
      softmax(
        input: context.input(sample: sample) + pixel, channels: channels, stride: area,
        output: context.output(sample: sample) + pixel)
    }
  }
}
