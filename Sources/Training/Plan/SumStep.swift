import InferenceRuntime
import KernelTemplates

/// Two values of the same shape, added.
struct SumStep: TrainingStep {
  private let (a, b, output): (BatchValue, BatchValue, BatchValue)
  private let shape: MapShape
  private let kernels: KernelSet

  init(_ a: BatchValue, _ b: BatchValue, _ output: BatchValue, shape: MapShape, kernels: KernelSet) {
    (self.a, self.b, self.output) = (a, b, output)
    self.shape = shape
    self.kernels = kernels
  }

  func run(_ context: TrainingContext) {
    context.parallel(parts: 1) { _, sample, _ in
      kernels.training.add(
        SumArguments(
          a: a.sample(sample), b: b.sample(sample), vectors: shape.count / shape.lanes, output: output.sample(sample)))
    }
  }
}
