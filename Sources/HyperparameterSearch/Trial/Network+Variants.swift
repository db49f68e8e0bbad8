import NetworkGraph
import Training

extension Network {
  /// The same network with another rate in all of its dropout layers.
  ///
  /// - Throws: `UnacceptableSetting` where it has none.
  func settingDropout(_ rate: Double) throws -> Network {
    guard !dropoutRates.isEmpty else {
      throw UnacceptableSetting("dropout", "has no meaning for \(name), which has no dropout layer")
    }
    return try Network(
      name: name, inputShape: inputShape,
      nodes: nodes.map { node in
        guard case .dropout = node.operator else { return node }
        return Node(
          node.name, .dropout(Dropout(probability: Float(rate))), inputs: node.inputs, parameters: node.parameters)
      }, outputName: outputName)
  }

  /// Places of the layers that are counted as such: convolutions and fully connected ones.
  private var weightedPlaces: [Int] {
    nodes.indices.filter { place in
      switch nodes[place].operator {
      case .convolution, .fullyConnected: true
      default: false
      }
    }
  }

  /// Names of the tensors of the first layers with weights, and of what normalises or scales their outputs.
  ///
  /// - Throws: `UnacceptableSetting` where nothing would be left to train.
  func tensors(ofFirstLayers count: Int) throws -> Set<String> {
    guard count > 0 else { return [] }
    let places = weightedPlaces
    guard count < places.count else {
      throw UnacceptableSetting(
        "frozen_layers",
        "is \(count), but \(name) has \(places.count) layers with weights, of which the last is trained",
        accepted: "0 to \(places.count - 1)")
    }
    let layers = try parametersByLayer(shapes: inferShapes())
    return Set(layers[..<places[count]].joined().map(\.name))
  }

  /// Names of the tensors of the last layer with weights, which gives the scores of classes.
  var headTensors: Set<String> {
    get throws {
      guard let last = weightedPlaces.last else { return [] }
      return Set(try parametersByLayer(shapes: inferShapes())[last].map(\.name))
    }
  }
}
