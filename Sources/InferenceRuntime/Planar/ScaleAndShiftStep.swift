import KernelsPortable
import NetworkGraph

/// Batch normalisation that follows something it cannot be folded into.
struct ScaleAndShiftStep: ExecutionStep {
  let scale: [Float]
  let shift: [Float]
  let activation: Activation
  let area: Int

  func run(_ context: StepContext) {
    context.parallel(parts: scale.count) { _, sample, channel in
      scaleAndShift(
        input: context.input(sample: sample) + channel * area, scale: scale[channel], shift: shift[channel],
        activation: activation, count: area, output: context.output(sample: sample) + channel * area)
    }
  }
}
