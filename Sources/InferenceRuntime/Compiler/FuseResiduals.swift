import KernelTemplates
import KernelsPortable
import NetworkGraph

/// Lets a convolution add the other branch of a residual block as it stores, where nothing but the sum reads it.
///
/// The sum's place is taken by the convolution, so the other branch is ready by then whatever the order was.
func fuseResiduals(_ network: LoweredNetwork, kernels: KernelSet) -> LoweredNetwork {
  let uses = network.useCounts
  var layers: [LoweredLayer?] = []
  var positions: [String: Int] = [:]
  for var layer in network.layers {
    if case .add(let activation) = layer.operation, layer.inputs.count == 2, layer.inputs[0] != layer.inputs[1],
      let place = layer.inputs.firstIndex(where: {
        uses[$0] == 1 && isFusable(positions[$0].flatMap { layers[$0] }, kernels)
      }),
      let position = positions[layer.inputs[place]], let convolution = layers[position],
      let fused = convolution.operation.fusing(activation)
    {
      layer.operation = fused
      layer.inputs = convolution.inputs + [layer.inputs[1 - place]]
      layer.inputShapes = convolution.inputShapes + [layer.outputShape]
      layers[position] = nil
    }
    positions[layer.name] = layers.count
    layers.append(layer)
  }
  return LoweredNetwork(
    inputShape: network.inputShape, layers: layers.compactMap { $0 }, outputName: network.outputName)
}

/// Whether a layer is a convolution that a blocked step computes with room for a residual.
private func isFusable(_ layer: LoweredLayer?, _ kernels: KernelSet) -> Bool {
  guard let layer, layer.inputs.count == 1, case .convolution(let convolution, _, _, .identity) = layer.operation else {
    return false
  }
  let channels = layer.inputShapes[0].channels
  return !convolution.isDepthwise(inputChannels: channels)
    && convolution.isTileable(inputChannels: channels, lanes: kernels.lanes)
}
