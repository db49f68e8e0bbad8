/// Lets convolutions, fully connected layers, scales and sums apply the activation that follows them as they store.
func fuseActivations(_ network: LoweredNetwork) -> LoweredNetwork {
  fuseIntoProducer(network) { producer, consumer in
    guard case .activation(let activation) = consumer else { return nil }
    return producer.fusing(activation)
  }
}

/// Replaces each layer and the only layer that reads it by what `fuse` makes of the two, where it makes something.
/// The result keeps the later layer's name.
func fuseIntoProducer(
  _ network: LoweredNetwork,
  _ fuse: (_ producer: LoweredOperation, _ consumer: LoweredOperation) -> LoweredOperation?
) -> LoweredNetwork {
  let uses = network.useCounts
  var layers: [LoweredLayer] = []
  var positions: [String: Int] = [:]
  for var layer in network.layers {
    if layer.inputs.count == 1, uses[layer.inputs[0]] == 1, let position = positions[layer.inputs[0]],
      let fused = fuse(layers[position].operation, layer.operation)
    {
      let producer = layers[position]
      layer.operation = fused
      layer.inputs = producer.inputs
      layer.inputShapes = producer.inputShapes
      layers[position] = layer
      positions[layer.name] = position
    } else {
      positions[layer.name] = layers.count
      layers.append(layer)
    }
  }
  return LoweredNetwork(inputShape: network.inputShape, layers: layers, outputName: network.outputName)
}
