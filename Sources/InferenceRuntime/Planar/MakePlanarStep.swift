import KernelTemplates
import KernelsPortable
import NetworkGraph

/// The step that computes a lowered layer on row-major maps.
func makePlanarStep(_ layer: LoweredLayer, threadCount: Int) -> any ExecutionStep {
  let input = layer.inputShapes[0]
  switch layer.operation {
  case .convolution(let lowered):
    return makePlanarConvolution(lowered, input: input, output: layer.outputShape, threadCount: threadCount)
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
  case .parametricReLU(let slopes):
    return ParametricReLUStep(slopes: slopes, area: input.spatial.area)
  case .multiply(let activation):
    return MultiplyStep(activation, maps: input, factors: layer.inputShapes[1])
  case .concatenate(let concatenate):
    return concatenate.axis == 1
      ? ConcatenateStep(counts: layer.inputShapes.map(\.elementsPerSample))
      : ConcatenateAxisStep(axis: concatenate.axis, inputs: layer.inputShapes)
  case .selectChannels(let selection):
    return SelectChannelsStep(sources: selection.sources, area: input.spatial.area)
  case .identity, .conversion:
    return ConcatenateStep(counts: [input.elementsPerSample])
  }
}

private func makePlanarConvolution(
  _ lowered: LoweredConvolution, input: TensorShape, output: TensorShape, threadCount: Int
) -> any ExecutionStep {
  precondition(lowered.residualInput == nil, "only convolutions on maps in blocks add a residual")
  let convolution = lowered.convolution
  let geometry = WindowGeometry(convolution.resolvedWindow(for: input), input: input, output: output)
  if convolution.isDepthwise(inputChannels: input.channels) {
    return DepthwiseConvolutionStep(
      geometry: geometry, weights: lowered.weights, bias: lowered.bias, activation: lowered.activation)
  }
  return ConvolutionStep(
    geometry: geometry, groups: convolution.groups, inputChannels: input.channels, weights: lowered.weights,
    bias: lowered.bias, activation: lowered.activation, threadCount: threadCount)
}

extension Convolution {
  /// One kernel for each input channel: matrix products would waste all but a sliver of their work.
  func isDepthwise(inputChannels: Int) -> Bool {
    groups == inputChannels && groups == outputChannels && groups > 1
  }
}
