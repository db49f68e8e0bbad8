import NetworkGraph

extension PlanBuilder {
  /// The layer that computes a node, with what is joined to it.
  func makeLayer(_ layer: TrainingGraph.Layer, _ source: LayerSource, addend: PlanValue?) -> any DifferentiableLayer {
    switch layer.node.operator {
    case .convolution(let convolution):
      ConvolutionLayer(source, convolution, activation: layer.activation, kernels: kernels)
    case .fullyConnected(let connected):
      FullyConnectedLayer(source, connected, activation: layer.activation, lanes: lanes)
    case .batchNormalization(let normalization):
      BatchNormalizationLayer(source, normalization, addend: addend, activation: layer.activation)
    default: fatalError("not yet")
    }
  }
}
