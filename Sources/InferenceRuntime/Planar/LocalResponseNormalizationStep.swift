import KernelsPortable
import NetworkGraph

/// Normalisation across channels; pixels are independent, so threads share them out.
struct LocalResponseNormalizationStep: ExecutionStep {
  private let normalization: LocalResponseNormalization
  private let channels: Int
  private let area: Int
  private let pixelsPerTask: Int

  init(_ normalization: LocalResponseNormalization, channels: Int, area: Int, threadCount: Int) {
    self.normalization = normalization
    self.channels = channels
    self.area = area
    pixelsPerTask = (area + threadCount - 1) / threadCount
  }

  func run(_ context: StepContext) {
    context.parallel(parts: (area + pixelsPerTask - 1) / pixelsPerTask) { _, sample, part in
      localResponseNormalize(
        input: context.input(sample: sample), channels: channels, area: area,
        pixels: part * pixelsPerTask..<min((part + 1) * pixelsPerTask, area), size: normalization.size,
        alpha: normalization.alpha, beta: normalization.beta, k: normalization.k,
        output: context.output(sample: sample))
    }
  }
}
