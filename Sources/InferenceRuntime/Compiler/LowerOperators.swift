import KernelsPortable
import NetworkGraph

/// First pass: every node with its weights and shapes, nothing fused yet.
func lowerOperators(_ network: Network, shapes: NetworkShapes, weights: Weights) -> LoweredNetwork {
  let layers = zip(network.nodes, shapes.layers).map { node, shapes in
    LoweredLayer(
      name: node.name,
      operation: lower(node, shapes: shapes) { weights["\(node.name).\($0)"]! },
      inputs: node.inputs,
      inputShapes: shapes.inputs,
      outputShape: shapes.output)
  }
  return LoweredNetwork(inputShape: shapes.input, layers: layers, outputName: network.outputName)
}

private func lower(
  _ node: Node, shapes: LayerShapes, weight: (String) -> WeightTensor
) -> LoweredOperation {
  switch node.operator {
  case .convolution(let convolution):
    let bias = convolution.hasBias ? weight("bias").values : zeros(convolution.outputChannels)
    return .convolution(convolution, weights: weight("weight"), bias: bias, .identity)
  case .fullyConnected(let layer):
    let bias = layer.hasBias ? weight("bias").values : zeros(layer.outputFeatures)
    return .fullyConnected(weights: weight("weight"), bias: bias, .identity)
  case .batchNormalization(let normalization):
    return scaleAndShift(normalization, weight)
  case .maxPooling(let pooling): return .maxPooling(pooling)
  case .averagePooling(let pooling): return .averagePooling(pooling)
  case .adaptiveAveragePooling(let pooling): return .adaptiveAveragePooling(outputSize: pooling.outputSize)
  case .globalAveragePooling: return .adaptiveAveragePooling(outputSize: 1)
  case .localResponseNormalization(let normalization): return .localResponseNormalization(normalization)
  case .relu: return .activation(.relu)
  case .relu6: return .activation(.relu6)
  case .leakyReLU(let leaky): return .activation(.leakyReLU(slope: leaky.negativeSlope))
  case .tanh: return .activation(.tanh)
  case .sigmoid: return .activation(.sigmoid)
  case .softmax: return .softmax
  case .add: return .add(.identity)
  case .concatenate: return .concatenate
  case .channelPadding(let padding): return .channelPadding(padding)
  case .flatten, .dropout: return .identity
  }
}

/// Batch normalisation with stored statistics is `scale x + shift`; worked out in double precision, rounded once.
private func scaleAndShift(
  _ normalization: BatchNormalization, _ weight: (String) -> WeightTensor
) -> LoweredOperation {
  let (mean, variance) = (weight("running_mean").values, weight("running_var").values)
  let scales = zip(weight("weight").values, variance).map { gamma, variance in
    Double(gamma) / (Double(variance) + Double(normalization.epsilon)).squareRoot()
  }
  let shifts = zip(weight("bias").values, zip(mean, scales)).map { beta, rest in
    Double(beta) - Double(rest.0) * rest.1
  }
  return .scaleAndShift(scale: scales.map(Float.init), shift: shifts.map(Float.init), .identity)
}

private func zeros(_ count: Int) -> [Float] {
  [Float](repeating: 0, count: count)
}
