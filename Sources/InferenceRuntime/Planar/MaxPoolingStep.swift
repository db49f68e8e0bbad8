import KernelTemplates
import KernelsPortable

struct MaxPoolingStep: ExecutionStep {
  let geometry: WindowGeometry
  let channels: Int

  func run(_ context: StepContext) {
    context.parallel(parts: channels) { _, sample, channel in
      maxPool(
        input: context.input(sample: sample) + channel * geometry.inputArea, geometry: geometry,
        output: context.output(sample: sample) + channel * geometry.outputArea)
    }
  }
}
