import InferenceRuntime
import KernelTemplates

/// Computes the gradient of a pooling layer's input. Windows may overlap, so a task adds up whole blocks.
struct PoolingGradientStep: TrainingStep {
  enum Operation {
    /// Maximum pooling, with the layer's input and output.
    case maximum(input: BatchValue, output: BatchValue)
    /// With the reciprocal of each output position's divisor.
    case average(factors: LargeBuffer)
  }

  let operation: Operation
  let geometry: WindowGeometry
  /// The shape of the layer's input.
  let shape: MapShape
  let gradient: BatchValue
  let sum: GradientSum
  let kernels: KernelSet

  var algorithm: String { "pooling" }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { _, sample, block in
      let place = block * shape.blockSize
      let outputPlace = block * geometry.outputArea * shape.lanes
      let operation: PoolingGradientArguments.Operation =
        switch self.operation {
        case .maximum(let input, let output):
          .maximum(input: input.sample(sample) + place, output: output.sample(sample) + outputPlace)
        case .average(let factors): .average(factors: factors.pointer)
        }
      kernels.training.poolingGradient(
        PoolingGradientArguments(
          operation, geometry: geometry, gradient: gradient.sample(sample) + outputPlace,
          result: sum.begin(sample: sample, offset: place, count: shape.blockSize)))
    }
  }
}
