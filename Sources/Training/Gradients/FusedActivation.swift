import InferenceRuntime
import KernelTemplates
import NetworkGraph

extension PlanBuilder {
  /// The gradient of an activation's input, computed from the gradient of its output and from the output itself.
  mutating func gradient(
    before activation: Activation, output: PlanValue, _ gradient: PlanValue, layer: String
  ) -> PlanValue {
    if activation == .identity { return gradient }
    precondition(activation.hasDerivativeOfOutput, "\(activation) is fused with no layer that is trained")
    let result = value(gradient.shape)
    let kernels = kernels
    record("\(layer).activation", reads: [output, gradient], writes: [result], inPlace: (result, gradient)) { memory in
      ActivationGradientStep(
        function: activation, shape: gradient.shape, values: memory[output], gradient: memory[gradient],
        result: memory[result], kernels: kernels)
    }
    return result
  }

  /// The gradient of a bias: the sum of the output's over samples and positions.
  mutating func recordBiasGradient(_ gradient: PlanValue, into target: ParameterGradient, layer: String) {
    let (kernels, maximumBatch) = (kernels, maximumBatch)
    record("\(layer).bias", reads: [gradient], writes: []) { memory in
      BiasGradientStep(
        memory[gradient], shape: gradient.shape, target: target, maximumBatch: maximumBatch, kernels: kernels)
    }
  }
}

/// Sums of a gradient over positions, then over samples in their order.
struct BiasGradientStep: TrainingStep {
  private let gradient: BatchValue
  private let shape: MapShape
  private let target: PlanBuilder.ParameterGradient
  private let maximumBatch: Int
  private let kernels: KernelSet
  /// As many as a vector has.
  private let zeros: LargeBuffer

  init(
    _ gradient: BatchValue, shape: MapShape, target: PlanBuilder.ParameterGradient, maximumBatch: Int,
    kernels: KernelSet
  ) {
    self.gradient = gradient
    self.shape = shape
    self.target = target
    self.maximumBatch = maximumBatch
    self.kernels = kernels
    zeros = LargeBuffer(kernels.lanes)
  }

  /// `[sample][block][2][lanes]`; none where a map is one position, so that there is nothing to add up first.
  var sharedCount: Int { shape.area == 1 ? 0 : maximumBatch * shape.blocks * 2 * shape.lanes }

  func run(_ context: TrainingContext) {
    if shape.area == 1 { return addUp(gradient.pointer, stride: gradient.stride, blockStride: shape.lanes, context) }
    context.parallel(parts: shape.blocks) { _, sample, block in
      kernels.training.moments(
        MomentArguments(
          values: gradient.sample(sample) + block * shape.blockSize, vectors: shape.area, shift: zeros.pointer,
          sums: context.shared + (sample * shape.blocks + block) * 2 * shape.lanes))
    }
    addUp(context.shared, stride: shape.blocks * 2 * shape.lanes, blockStride: 2 * shape.lanes, context)
  }

  /// - Parameters:
  ///   - stride: floats from one sample's sums to the next one's.
  ///   - blockStride: floats from one block of channels to the next.
  private func addUp(_ sums: UnsafePointer<Float>, stride: Int, blockStride: Int, _ context: TrainingContext) {
    for channel in 0..<shape.channels {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: shape.lanes)
      let first = sums + block * blockStride + lane
      var sum = 0.0
      for sample in 0..<context.batch { sum += Double(first[sample * stride]) }
      target.pointer[channel] = (target.accumulates ? target.pointer[channel] : 0) + Float(sum)
    }
  }
}
