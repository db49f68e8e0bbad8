/// Drops layers that change no value: dropout when serving, and flatten, since maps lie contiguously already.
func removeIdentities(_ network: LoweredNetwork) -> LoweredNetwork {
  var sources: [String: String] = [:]
  var kept: [LoweredLayer] = []
  for var layer in network.layers {
    layer.inputs = layer.inputs.map { sources[$0] ?? $0 }
    if case .identity = layer.operation {
      sources[layer.name] = layer.inputs[0]
    } else {
      kept.append(layer)
    }
  }
  return LoweredNetwork(
    inputShape: network.inputShape, layers: kept, outputName: sources[network.outputName] ?? network.outputName)
}
