import NetworkGraph

/// Multiplies batch normalisation's scale into the kernels of the convolution before it, where nothing else reads
/// that convolution: `scale (W x + b) + shift = (scale W) x + (scale b + shift)`.
func foldBatchNormalization(_ network: LoweredNetwork) -> LoweredNetwork {
  fuseIntoProducer(network) { producer, consumer in
    guard
      case .convolution(var lowered) = producer, lowered.activation == .identity, lowered.residualInput == nil,
      case .scaleAndShift(let scale, let shift, let activation) = consumer
    else { return nil }
    lowered.weights = scaled(lowered.weights, by: scale)
    lowered.bias = lowered.bias.indices.map { lowered.bias[$0] * scale[$0] + shift[$0] }
    lowered.activation = activation
    return .convolution(lowered)
  }
}

/// The kernels with each output channel multiplied by its scale.
private func scaled(_ weights: WeightTensor, by scale: [Float]) -> WeightTensor {
  let perChannel = weights.count / scale.count
  let values = weights.withUnsafeValues { source in
    [Float](unsafeUninitializedCapacity: source.count) { target, initialized in
      for (channel, factor) in scale.enumerated() {
        for index in channel * perChannel..<(channel + 1) * perChannel { target[index] = source[index] * factor }
      }
      initialized = source.count
    }
  }
  return WeightTensor(shape: weights.shape, values: values)
}
