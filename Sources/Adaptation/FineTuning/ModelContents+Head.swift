public import ModelServing
public import NetworkGraph

extension Network {
  /// The fully connected layer that gives the scores of classes (`classifierHead`).
  ///
  /// - Throws: `FineTuningError.noLinearHead`.
  public func linearHead() throws(FineTuningError) -> Node {
    guard let head = classifierHead else { throw .noLinearHead(network: name) }
    return head.layer
  }

  /// The network with a head for so many classes, under the same name.
  ///
  /// - Throws: `FineTuningError.noLinearHead`, or `NetworkError`.
  public func replacingHead(classes: Int) throws -> Network {
    let head = try linearHead()
    let made = Node(
      head.name, .fullyConnected(FullyConnected(outputFeatures: classes)), inputs: head.inputs,
      parameters: head.parameters)
    return try Network(
      name: name, inputShape: inputShape, nodes: nodes.map { $0.name == head.name ? made : $0 }, outputName: outputName)
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
    let head = try network.linearHead()
    let network = try network.replacingHead(classes: labels.count)
    let features = self.weights[head.tensorName(.weight)]?.shape.last ?? 0
    guard weights.shape == [labels.count, features], biases.count == labels.count else {
      throw FineTuningError.headShape(
        weights: weights.shape, biases: biases.count, features: features, classes: labels.count)
    }
    var tensors = self.weights
    tensors[head.tensorName(.weight)] = weights
    tensors[head.tensorName(.bias)] = WeightTensor(shape: [biases.count], values: biases)
    return try ModelContents(
      network: network, weights: tensors, labels: labels, preprocessing: preprocessing, provenance: provenance)
  }
}
