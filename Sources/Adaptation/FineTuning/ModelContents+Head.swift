public import ModelServing
public import NetworkGraph

extension Network {
  /// - Throws: `FineTuningError.noLinearHead`.
  func requireReplaceableHead() throws(FineTuningError) -> ReplaceableHead {
    guard let head = replaceableHead else { throw .noLinearHead(network: name) }
    return head
  }

  /// The network with a head for so many classes, under the same name.
  ///
  /// - Throws: `FineTuningError.noLinearHead`, or `NetworkError`.
  public func replacingHead(classes: Int) throws -> Network {
    let head = try requireReplaceableHead().layer
    let made = Node(head.name, head.operator.giving(classes), inputs: head.inputs, parameters: head.parameters)
    return try Network(
      name: name, inputShape: inputShape, nodes: nodes.map { $0.name == head.name ? made : $0 }, outputName: outputName)
  }
}

extension Operator {
  /// The same with so many outputs.
  fileprivate func giving(_ classes: Int) -> Operator {
    guard case .convolution(let convolution) = self else {
      return .fullyConnected(FullyConnected(outputFeatures: classes))
    }
    return .convolution(Convolution(outputChannels: classes, kernel: convolution.kernel))
  }
}

extension ModelContents {
  /// The model with another head.
  ///
  /// - Parameters:
  ///   - weights: `[classes][features]`, row-major, for features as the network gives them.
  ///   - biases: one a class.
  ///   - labels: one a class.
  /// - Throws: `FineTuningError.noLinearHead`, `.headShape`; `ShapeError`.
  public func replacingHead(weights: WeightTensor, biases: [Float], labels: [ClassLabel]) throws -> ModelContents {
    let head = try network.requireReplaceableHead()
    let network = try network.replacingHead(classes: labels.count)
    let shape = self.weights[head.layer.tensorName(.weight)]?.shape ?? [0, 0]
    let features = shape[1]
    guard weights.shape == [labels.count, features], biases.count == labels.count else {
      throw FineTuningError.headShape(
        weights: weights.shape, biases: biases.count, features: features, classes: labels.count)
    }
    var tensors = self.weights
    tensors[head.layer.tensorName(.weight)] = WeightTensor(
      shape: [labels.count] + shape.dropFirst(), values: weights.values)
    tensors[head.layer.tensorName(.bias)] = WeightTensor(
      shape: [biases.count], values: biases.map { $0 + head.biasShift })
    return try ModelContents(
      network: network, weights: tensors, labels: labels, preprocessing: preprocessing, provenance: provenance)
  }
}
