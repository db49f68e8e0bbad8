import KernelsPortable
import NetworkGraph

/// Adaptive average pooling; with an output of `1 x 1`, global average pooling.
struct AdaptiveAveragePoolingStep: ExecutionStep {
  let channels: Int
  let inputSize: Size2D
  let outputSize: Size2D

  func run(_ context: StepContext) {
    context.parallel(parts: channels) { _, sample, channel in
      adaptiveAveragePool(
        input: context.input(sample: sample) + channel * inputSize.area,
        inputHeight: inputSize.height, inputWidth: inputSize.width,
        outputHeight: outputSize.height, outputWidth: outputSize.width,
        output: context.output(sample: sample) + channel * outputSize.area)
    }
  }
}
