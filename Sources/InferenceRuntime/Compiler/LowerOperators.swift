import NetworkGraph

/// First pass: every node with its weights and shapes, nothing fused yet.
func lowerOperators(_ network: Network, shapes: NetworkShapes, weights: Weights) -> LoweredNetwork {
  let layers = zip(network.nodes, shapes.layers).map { node, shapes in
    var layer = LoweredLayer(
      name: node.name,
      operation: lower(node, shapes: shapes) { weights[node.tensorName($0)]! },
      inputs: node.inputs,
      inputShapes: shapes.inputs,
      outputShape: shapes.output)
    if case .multiply = layer.operation, layer.inputShapes[0] != layer.outputShape {
      // The factors come last.
      layer.inputs.reverse()
      layer.inputShapes.reverse()
    }
    return layer
  }
  return LoweredNetwork(inputShape: shapes.input, layers: layers, outputName: network.outputName)
}

private func lower(
  _ node: Node, shapes: LayerShapes, weight: (ParameterRole) -> WeightTensor
) -> LoweredOperation {
  switch node.operator {
  case .convolution(let convolution):
    let bias = convolution.hasBias ? weight(.bias).values : zeros(convolution.outputChannels)
    return .convolution(LoweredConvolution(convolution: convolution, weights: weight(.weight), bias: bias))
  case .fullyConnected(let layer):
    let bias = layer.hasBias ? weight(.bias).values : zeros(layer.outputFeatures)
    return .fullyConnected(weights: weight(.weight), bias: bias, .identity)
  case .batchNormalization(let normalization):
    return scaleAndShift(normalization, weight)
  case .maxPooling(let pooling): return .maxPooling(pooling)
  case .averagePooling(let pooling): return .averagePooling(pooling)
  case .adaptiveAveragePooling(let pooling): return .adaptiveAveragePooling(outputSize: pooling.outputSize)
  case .globalAveragePooling: return .adaptiveAveragePooling(outputSize: 1)
  case .localResponseNormalization(let normalization): return .localResponseNormalization(normalization)
  case .relu, .relu6, .leakyReLU, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid:
    return .activation(node.operator.activation!)
  case .prelu(let prelu):
    let slopes = weight(.weight).values
    return .parametricReLU(
      slopes: prelu.isShared ? [Float](repeating: slopes[0], count: shapes.output.channels) : slopes)
  case .softmax: return .softmax
  case .add: return .add(.identity)
  case .multiply: return .multiply(.identity)
  case .concatenate(let concatenate): return .concatenate(concatenate)
  case .channelPadding(let padding):
    return .selectChannels(ChannelSelection(padding, channels: shapes.inputs[0].channels))
  case .channelShuffle(let shuffle):
    return .selectChannels(ChannelSelection(shuffle, channels: shapes.inputs[0].channels))
  case .channelSlice(let slice): return .selectChannels(ChannelSelection(slice))
  case .flatten, .dropout: return .identity
  }
}

/// Batch normalisation with stored statistics is `scale x + shift`; worked out in double precision, rounded once.
private func scaleAndShift(
  _ normalization: BatchNormalization, _ weight: (ParameterRole) -> WeightTensor
) -> LoweredOperation {
  let (mean, variance) = (weight(.runningMean).values, weight(.runningVariance).values)
  let scales = zip(weight(.weight).values, variance).map { gamma, variance in
    Double(gamma) / (Double(variance) + Double(normalization.epsilon)).squareRoot()
  }
  let shifts = zip(weight(.bias).values, zip(mean, scales)).map { beta, rest in
    Double(beta) - Double(rest.0) * rest.1
  }
  return .scaleAndShift(scale: scales.map(Float.init), shift: shifts.map(Float.init), .identity)
}

private func zeros(_ count: Int) -> [Float] {
  [Float](repeating: 0, count: count)
}
