import InferenceRuntime
import KernelTemplates

/// The gradient of a convolution's bias, on maps in blocks of samples.
struct SampleBiasGradientStep: TrainingStep {
  private let gradient: BatchValue
  /// Of a block of samples.
  private let shape: MapShape
  private let target: PlanBuilder.ParameterGradient
  private let maximumBlocks: Int
  private let kernels: KernelSet
  /// As many as a vector has.
  private let zeros: LargeBuffer

  init(
    _ gradient: BatchValue, shape: MapShape, target: PlanBuilder.ParameterGradient, maximumBlocks: Int,
    kernels: KernelSet
  ) {
    self.gradient = gradient
    self.shape = shape
    self.target = target
    self.maximumBlocks = maximumBlocks
    self.kernels = kernels
    zeros = LargeBuffer(kernels.lanes)
  }

  /// `[block][channel][2][lanes]`
  var sharedCount: Int { maximumBlocks * shape.blocks * 2 * shape.lanes }

  func run(_ context: TrainingContext) {
    context.parallel(parts: shape.blocks) { _, block, channel in
      kernels.training.moments(
        MomentArguments(
          values: gradient.sample(block) + channel * shape.blockSize, vectors: shape.area, shift: zeros.pointer,
          sums: context.shared + (block * shape.blocks + channel) * 2 * shape.lanes))
    }
    for channel in 0..<shape.blocks {
      var sum = 0.0
      for block in 0..<context.batch {
        sum += Double(laneSum(context.shared + (block * shape.blocks + channel) * 2 * shape.lanes, shape.lanes))
      }
      target.pointer[channel] = (target.accumulates ? target.pointer[channel] : 0) + Float(sum)
    }
  }
}
