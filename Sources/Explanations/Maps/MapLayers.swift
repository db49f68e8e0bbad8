import NetworkGraph

/// The layers of a network whose outputs are maps, with a place on the picture for each value.
struct MapLayers: Sendable {
  let network: Network
  let shapes: NetworkShapes

  /// - Throws: `ShapeError`.
  init(_ network: Network, input: TensorShape? = nil) throws(ShapeError) {
    self.network = network
    shapes = try network.inferShapes(input: input)
  }

  /// Names of all of them, in the network's order.
  var names: [String] { zip(network.nodes, shapes.layers).filter { $1.output.isFeatureMap }.map(\.0.name) }

  /// Place of a layer in `Network.nodes`.
  ///
  /// - Throws: `InspectionError.unknownLayer`, or `noMap` where it gives a vector.
  func index(of layer: String) throws(InspectionError) -> Int {
    guard let index = network.nodes.firstIndex(where: { $0.name == layer }) else {
      throw .unknownLayer(network: network.name, layer: layer, accepted: names)
    }
    let shape = shapes.layers[index].output
    guard shape.isFeatureMap else {
      throw .noMap(network: network.name, layer: layer, shape: shape.dimensions, accepted: names)
    }
    return index
  }

  /// Place of the layer of that name, or of the last stage of convolutions where none is given.
  ///
  /// - Throws: `InspectionError`.
  func index(ofLayerOrLast layer: String?) throws(InspectionError) -> Int {
    if let layer { return try index(of: layer) }
    guard let last = lastStage else { throw .noMaps(network: network.name) }
    return last
  }

  func shape(_ index: Int) -> TensorShape { shapes.layers[index].output }

  /// Place of the layer whose output is the last stage of convolutions before it is pooled and classified: `relu5_3` of
  /// VGG-16, the last activation of DenseNet. Nil where there is none.
  ///
  /// From the answer back over everything that gives a vector or one position, that pools, and that passes on what it takes.
  var lastStage: Int? {
    var value = network.wiring.output
    while value > 0 {
      let index = value - 1
      if shapes.layers[index].output.spatial.area > 1, !network.nodes[index].operator.onlySummarises { return index }
      value = network.wiring.inputs[index][0]
    }
    return nil
  }
}

extension Operator {
  /// Whether the operator pools, or passes on what it takes.
  fileprivate var onlySummarises: Bool {
    switch self {
    case .maxPooling, .averagePooling, .adaptiveAveragePooling, .globalAveragePooling, .flatten, .dropout, .softmax:
      true
    case .convolution, .fullyConnected, .batchNormalization, .localResponseNormalization, .relu, .relu6, .leakyReLU,
      .prelu, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid, .add, .multiply, .concatenate, .channelPadding,
      .channelShuffle, .channelSlice:
      false
    }
  }
}
