import KernelTemplates
import NetworkGraph

/// Decides how each value lies in memory, and puts conversions where a layer needs another layout than its input has.
///
/// Maps stay in blocks from the first convolution to the last layer that has kernels for them.
func assignLayouts(_ network: LoweredNetwork, kernels: KernelSet) -> LoweredNetwork {
  var assignment = LayoutAssignment(network, kernels: kernels)
  for layer in network.layers { assignment.append(layer) }
  return assignment.finish(outputName: network.outputName)
}

private struct LayoutAssignment {
  private let kernels: KernelSet
  private let inputShape: TensorShape
  private var layers: [LoweredLayer] = []
  /// Shape and layout of each value so far, as it was made: a flattened map is still a map.
  private var values: [String: (shape: TensorShape, layout: Layout)]

  init(_ network: LoweredNetwork, kernels: KernelSet) {
    self.kernels = kernels
    inputShape = network.inputShape
    values = [Network.inputName: (network.inputShape, .planar)]
  }

  mutating func append(_ layer: LoweredLayer) {
    var layer = layer
    if isBlocked(layer) {
      layer.outputLayout = .blocked(lanes: kernels.lanes)
      layer.inputs = layer.inputs.enumerated().map { index, input in
        index == 0 && readsPlanarInput(layer) ? input : converted(input, to: layer.outputLayout)
      }
    } else if !isFullyConnected(layer) {
      layer.inputs = layer.inputs.map { converted($0, to: .planar) }
    }
    if isFullyConnected(layer) { layer.inputShapes = layer.inputs.map { values[$0]!.shape } }
    layer.inputLayouts = layer.inputs.map { values[$0]!.layout }
    values[layer.name] = (layer.outputShape, layer.outputLayout)
    layers.append(layer)
  }

  mutating func finish(outputName: String) -> LoweredNetwork {
    let output = converted(outputName, to: .planar)
    return LoweredNetwork(inputShape: inputShape, layers: layers, outputName: output)
  }

  /// The name of `value` in `layout`, a conversion added the first time that one is needed.
  private mutating func converted(_ value: String, to layout: Layout) -> String {
    let (shape, current) = values[value]!
    guard current != layout else { return value }
    let name = "\(value) (\(layout == .planar ? "planar" : "blocked"))"
    if values[name] == nil {
      layers.append(
        LoweredLayer(
          name: name, operation: .conversion, inputs: [value], inputShapes: [shape], outputShape: shape,
          inputLayouts: [current], outputLayout: layout))
      values[name] = (shape, layout)
    }
    return name
  }

  private func isFullyConnected(_ layer: LoweredLayer) -> Bool {
    if case .fullyConnected = layer.operation { true } else { false }
  }

  /// Convolutions take the network's few planes as they are, and put them in order as they pad them.
  private func readsPlanarInput(_ layer: LoweredLayer) -> Bool {
    guard case .convolution(let lowered) = layer.operation, lowered.convolution.groups == 1 else { return false }
    return layer.inputs[0] == Network.inputName && inputShape.channels < kernels.lanes
  }

  /// Whether a blocked step computes the layer.
  private func isBlocked(_ layer: LoweredLayer) -> Bool {
    guard layer.outputShape.isFeatureMap, layer.inputShapes.allSatisfy(\.isFeatureMap) else { return false }
    switch layer.operation {
    case .convolution(let lowered):
      let problem = ConvolutionProblem(
        lowered, input: layer.inputShapes[0], output: layer.outputShape, isPlanarInput: readsPlanarInput(layer),
        maximumBatch: 1)
      return !ConvolutionAlgorithms.able(problem, on: kernels).isEmpty
    case .maxPooling, .averagePooling, .adaptiveAveragePooling: return true
    case .localResponseNormalization(let normalization):
      // Lanes past the last channel would be its neighbours, and are not zero after a sigmoid.
      return normalization.beta == 0.75 && layer.outputShape.channels % kernels.lanes == 0
    case .activation, .add, .multiply, .scaleAndShift, .parametricReLU, .selectChannels:
      return values[layer.inputs[0]]!.layout != .planar
    case .concatenate(let concatenate):
      guard concatenate.axis == 1 else { return false }
      return layer.joinsWholeBlocks(lanes: kernels.lanes)
        || layer.inputs.allSatisfy { values[$0]!.layout != .planar }
    case .fullyConnected, .softmax, .conversion, .identity: return false
    }
  }
}

extension LoweredLayer {
  /// Whether each input of a concatenation begins with a block of its own in the result.
  func joinsWholeBlocks(lanes: Int) -> Bool { inputShapes.dropLast().allSatisfy { $0.channels % lanes == 0 } }
}
