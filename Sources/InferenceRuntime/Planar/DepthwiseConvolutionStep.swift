import KernelTemplates
import KernelsPortable
import NetworkGraph

/// One kernel a channel, computed directly.
struct DepthwiseConvolutionStep: ExecutionStep {
  let geometry: WindowGeometry
  let weights: WeightTensor
  let bias: [Float]
  let activation: Activation

  func run(_ context: StepContext) {
    weights.withUnsafeValues { weights in
      context.parallel(parts: bias.count) { _, sample, channel in
        depthwiseConvolution(
          input: context.input(sample: sample) + channel * geometry.inputArea,
          weights: weights.baseAddress! + channel * geometry.kernelArea, bias: bias[channel],
          activation: activation, geometry: geometry,
          output: context.output(sample: sample) + channel * geometry.outputArea)
      }
    }
  }
}
