import KernelTemplates
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
      case .convolution(var lowered) = convolution.operation
    {
      lowered.activation = activation
      lowered.residualInput = 1
      layer.operation = .convolution(lowered)
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

/// Whether a layer is a convolution for which there is an algorithm that adds a residual.
private func isFusable(_ layer: LoweredLayer?, _ kernels: KernelSet) -> Bool {
  guard let layer, case .convolution(var lowered) = layer.operation, lowered.activation == .identity,
    lowered.residualInput == nil
  else { return false }
  lowered.residualInput = 1
  let problem = ConvolutionProblem(
    lowered, input: layer.inputShapes[0], output: layer.outputShape, isPlanarInput: false, maximumBatch: 1)
  return !ConvolutionAlgorithms.able(problem, on: kernels).isEmpty
}
