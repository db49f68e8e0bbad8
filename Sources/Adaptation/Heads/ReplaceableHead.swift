import NetworkGraph

/// The layer of a network that is exchanged for other classes, and what makes the features before it.
struct ReplaceableHead {
  /// Gives the scores of classes: a fully connected layer, or a convolution of 1 x 1 whose maps are averaged.
  let layer: Node
  /// Ends in a vector of features, of which scores are to be weighted sums.
  let body: Network
  /// What is added to every bias, which no probability sees: with it, what is negative passes the ReLU behind the layer.
  let biasShift: Float
}

extension Network {
  /// That of classifiers which end in a fully connected layer (`classifierHead`), or as SqueezeNet does. Nothing for others.
  var replaceableHead: ReplaceableHead? {
    if let head = classifierHead { return ReplaceableHead(layer: head.layer, body: head.body, biasShift: 0) }
    return averagedConvolution
  }

  /// `convolution 1 x 1, ReLU, global average pooling`: Iandola et al., SqueezeNet, 2016, after Lin et al., Network In Network,
  /// 2013.
  ///
  /// Without the ReLU the mean of weighted sums would be the weighted sum of means: a fully connected layer behind an average.
  /// So features are means, and biases so high that the ReLU lets everything pass: 256 is far above any score of a place, and
  /// costs the scores no more than their fifth decimal.
  private var averagedConvolution: ReplaceableHead? {
    let nodes = Dictionary(uniqueKeysWithValues: self.nodes.map { ($0.name, $0) })
    guard let pooling = Self.pooling(nodes[outputName], nodes), var layer = nodes[pooling.inputs[0]] else { return nil }
    var shift: Float = 0
    if case .relu = layer.operator, let convolution = nodes[layer.inputs[0]] { (layer, shift) = (convolution, 256) }
    guard case .convolution(let convolution) = layer.operator, convolution.isOfPlaces, convolution.hasBias,
      var source = nodes[layer.inputs[0]]
    else { return nil }
    while case .dropout = source.operator, let before = nodes[source.inputs[0]] { source = before }
    guard let body = averaged(source.name) else { return nil }
    return ReplaceableHead(layer: layer, body: body, biasShift: shift)
  }

  private static func pooling(_ output: Node?, _ nodes: [String: Node]) -> Node? {
    switch output?.operator {
    case .globalAveragePooling: output
    case .flatten, .softmax: pooling(nodes[output!.inputs[0]], nodes)
    default: nil
    }
  }

  /// The network up to a layer, whose maps' means are a vector then.
  private func averaged(_ layer: String) -> Network? {
    guard let lower = try? cut(behind: layer).lower else { return nil }
    let mean = Node("\(layer).mean", .globalAveragePooling(GlobalAveragePooling()), inputs: [layer])
    let vector = Node("\(layer).features", .flatten(Flatten()), inputs: [mean.name])
    return try? Network(
      name: name, inputShape: inputShape, nodes: lower.nodes + [mean, vector], outputName: vector.name)
  }
}

extension Convolution {
  /// Whether each place of the output is made of that place of all channels.
  fileprivate var isOfPlaces: Bool { kernel == 1 && stride == 1 && padding == .none && groups == 1 }
}
