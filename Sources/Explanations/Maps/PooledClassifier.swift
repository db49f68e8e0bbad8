import NetworkGraph

/// The end of a network that takes the mean of each map, and from the means the logits by one fully connected layer.
///
/// There `dy_c / dA^k = w_ck / positions` everywhere: Grad-CAM needs no way back, and is the class activation map of Zhou et
/// al., Learning Deep Features for Discriminative Localization, 2016, section 2, divided by the positions.
struct PooledClassifier: Sendable {
  /// Place in `Network.nodes` of the layer whose maps are pooled.
  let layer: Int
  /// The fully connected layer.
  let connected: Node
  /// Name of its bias, where it has one.
  let bias: String?
  let classes: Int

  /// Nil where the network ends otherwise.
  init?(_ layers: MapLayers) {
    let network = layers.network
    guard let end = Self.skipping(network.wiring.output, network, { $0.isSoftmax }),
      case .fullyConnected(let connected) = network.nodes[end].operator,
      let pooling = Self.skipping(network.wiring.inputs[end][0], network, { $0.passesItsInputOn }),
      layers.shapes.layers[pooling].inputs.count == 1,
      network.nodes[pooling].operator.isMean(of: layers.shapes.layers[pooling].inputs[0]),
      network.wiring.inputs[pooling][0] > 0
    else { return nil }
    layer = network.wiring.inputs[pooling][0] - 1
    self.connected = network.nodes[end]
    bias = connected.hasBias ? network.nodes[end].tensorName(.bias) : nil
    classes = connected.outputFeatures
  }

  /// The last node on the way back that is none of those that `isSkipped` names; nil where that is the network's input.
  private static func skipping(_ value: Int, _ network: Network, _ isSkipped: (Operator) -> Bool) -> Int? {
    var value = value
    while value > 0 {
      if !isSkipped(network.nodes[value - 1].operator) { return value - 1 }
      value = network.wiring.inputs[value - 1][0]
    }
    return nil
  }

  /// The logits, from the maps that are pooled.
  ///
  /// - Parameters:
  ///   - values: `[C][positions]`.
  ///   - matrix: `[classes][C]`.
  func logits(values: [Float], positions: Int, matrix: [Float], bias: [Float]?) -> [Float] {
    let means = GradCAM.weights(gradient: values, positions: positions)
    return (0..<classes).map { index in
      var sum = Double(bias?[index] ?? 0)
      for channel in means.indices { sum += Double(matrix[index * means.count + channel]) * means[channel] }
      return Float(sum)
    }
  }

  /// `alpha_k` of a class.
  func weights(of index: Int, positions: Int, matrix: [Float]) -> [Double] {
    let channels = matrix.count / classes
    return matrix[index * channels..<(index + 1) * channels].map { Double($0) / Double(positions) }
  }
}

extension Operator {
  fileprivate var isSoftmax: Bool {
    if case .softmax = self { true } else { false }
  }

  /// Whether a network that serves gives here what it takes.
  fileprivate var passesItsInputOn: Bool {
    if case .flatten = self { return true }
    if case .dropout = self { return true }
    return false
  }

  /// Whether the result is the mean of each map, and nothing else.
  fileprivate func isMean(of input: TensorShape) -> Bool {
    if case .globalAveragePooling = self { return true }
    if case .adaptiveAveragePooling(let pooling) = self { return pooling.outputSize.area == 1 }
    guard case .averagePooling(let pooling) = self else { return false }
    return pooling.kernel == input.spatial && pooling.resolvedWindow(for: input).padding.isZero
  }
}
