import InferenceRuntime
import KernelTemplates

/// The batch's images, put into blocks.
struct PackInputStep: TrainingStep {
  let shape: MapShape
  let output: BatchValue

  func run(_ context: TrainingContext) {
    let count = shape.channels * shape.area
    context.parallel(parts: 1) { _, sample, _ in
      packBlocks(
        context.images + sample * count, channels: shape.channels, area: shape.area, lanes: shape.lanes,
        into: output.sample(sample))
    }
  }
}
