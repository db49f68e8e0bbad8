import KernelTemplates
import KernelsPortable
import NetworkGraph

/// The step that computes a lowered layer on row-major maps.
func makePlanarStep(_ layer: LoweredLayer, threadCount: Int) -> any ExecutionStep {
  let input = layer.inputShapes[0]
  switch layer.operation {
  case .convolution(let convolution, let weights, let bias, let activation):
    let geometry = WindowGeometry(convolution.resolvedWindow(for: input), input: input, output: layer.outputShape)
    if convolution.isDepthwise(inputChannels: input.channels) {
      return DepthwiseConvolutionStep(geometry: geometry, weights: weights, bias: bias, activation: activation)
    }
    return ConvolutionStep(
      geometry: geometry, groups: convolution.groups, inputChannels: input.channels, weights: weights, bias: bias,
      activation: activation, threadCount: threadCount)
  case .fullyConnected(let weights, let bias, let activation):
    return FullyConnectedStep(weights: weights, bias: bias, activation: activation, threadCount: threadCount)
  case .scaleAndShift(let scale, let shift, let activation):
    return ScaleAndShiftStep(
      scale: scale, shift: shift, activation: activation, area: input.spatial.area)
  case .maxPooling(let pooling):
    let geometry = WindowGeometry(pooling.resolvedWindow(for: input), input: input, output: layer.outputShape)
    return MaxPoolingStep(geometry: geometry, channels: input.channels)
  case .averagePooling(let pooling):
    return AveragePoolingStep(pooling, input: input, output: layer.outputShape)
  case .adaptiveAveragePooling(let outputSize):
    return AdaptiveAveragePoolingStep(channels: input.channels, inputSize: input.spatial, outputSize: outputSize)
  case .localResponseNormalization(let normalization):
    return LocalResponseNormalizationStep(
      normalization, channels: input.channels, area: input.spatial.area, threadCount: threadCount)
  case .activation(let activation):
    return ActivationStep(activation: activation, count: input.elementsPerSample)
  case .softmax:
    return SoftmaxStep(channels: input.channels, area: input.spatial.area)
  case .add(let activation):
    return AddStep(activation: activation, count: input.elementsPerSample)
  case .concatenate:
    return ConcatenateStep(counts: layer.inputShapes.map(\.elementsPerSample))
  case .channelPadding(let padding):
    return ChannelPaddingStep(padding, input: input)
  case .identity, .conversion:
    return ConcatenateStep(counts: [input.elementsPerSample])
  }
}

extension Convolution {
  /// One kernel for each input channel: matrix products would waste all but a sliver of their work.
  func isDepthwise(inputChannels: Int) -> Bool {
    groups == inputChannels && groups == outputChannels && groups > 1
  }
}
