import InferenceRuntime
import NetworkGraph

extension PlanBuilder {
  /// The layer that computes a node, with the nodes that are joined to it.
  func makeLayer(_ layer: TrainingGraph.Layer, _ source: LayerSource, addend: PlanValue?) -> any DifferentiableLayer {
    switch layer.node.operator {
    case .convolution(let convolution)
    where !source.inputs[0].isInput && convolution.coversMap(source.inputShapes[0], output: source.outputShape):
      // One position: the kernels are the rows of a matrix, in the order of the flattened map.
      FullyConnectedLayer(
        source, FullyConnected(outputFeatures: convolution.outputChannels, hasBias: convolution.hasBias),
        activation: layer.activation, lanes: lanes)
    case .convolution(let convolution) where source.inputs[0].isInSampleBlocks:
      SampleConvolutionLayer(source, convolution, activation: layer.activation, lanes: lanes)
    case .convolution(let convolution):
      ConvolutionLayer(source, convolution, activation: layer.activation, kernels: kernels)
    case .fullyConnected(let connected):
      FullyConnectedLayer(source, connected, activation: layer.activation, lanes: lanes)
    case .batchNormalization(let normalization):
      BatchNormalizationLayer(source, normalization, addend: addend, activation: layer.activation)
    case .maxPooling(let pooling): MaxPoolingLayer(pooling, source)
    case .averagePooling(let pooling): AveragePoolingLayer(pooling, source)
    case .adaptiveAveragePooling, .globalAveragePooling: AdaptiveAveragePoolingLayer(source)
    case .localResponseNormalization(let normalization): LocalResponseNormalizationLayer(normalization, source)
    case .relu, .relu6, .leakyReLU, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid:
      ActivationLayer(layer.node.operator.activation!, source)
    case .prelu(let prelu): ParametricReLULayer(prelu, source)
    case .softmax: SoftmaxLayer(source)
    case .add: AddLayer(source)
    case .multiply: MultiplyLayer(source)
    case .concatenate(let concatenate): ConcatenateLayer(concatenate, source)
    case .channelPadding(let padding):
      ChannelSelectionLayer(ChannelSelection(padding, channels: source.inputShapes[0].channels), source)
    case .channelShuffle(let shuffle):
      ChannelSelectionLayer(ChannelSelection(shuffle, channels: source.inputShapes[0].channels), source)
    case .channelSlice(let slice): ChannelSelectionLayer(ChannelSelection(slice), source)
    case .flatten: FlattenLayer(source)
    case .dropout(let dropout): DropoutLayer(dropout, source)
    }
  }
}

extension Convolution {
  /// Whether the kernels are as large as the map, so that each is a row of a matrix.
  func coversMap(_ input: TensorShape, output: TensorShape) -> Bool {
    groups == 1 && kernel == input.spatial && output.spatial.area == 1
      && resolvedWindow(for: input).padding.isZero
  }
}
