import InferenceRuntime
import KernelTemplates

/// What each window becomes.
enum PoolingOperation {
  case maximum
  /// With the reciprocal of each output position's divisor.
  case average(factors: LargeBuffer)
}

/// Maximum or average pooling.
struct PoolingStep: TrainingStep {
  let operation: PoolingOperation
  let geometry: WindowGeometry
  /// Of the output.
  let shape: MapShape
  let input: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "pooling" }

  func run(_ context: TrainingContext) {
    let inputSize = geometry.inputArea * shape.lanes
    context.forEachBlock(of: shape) { _, sample, block in
      var arguments = PoolingArguments(
        input: input.sample(sample) + block * inputSize, geometry: geometry, rows: 0..<geometry.outputHeight,
        output: output.sample(sample) + block * shape.blockSize)
      switch operation {
      case .maximum: kernels.maxPooling(arguments)
      case .average(let factors):
        arguments.factors = UnsafePointer(factors.pointer)
        kernels.averagePooling(arguments)
      }
    }
  }
}
