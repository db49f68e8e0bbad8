/// A network that cannot be trained.
public enum TrainingError: Error, Hashable, Sendable {
  /// - shape: of the network's answer for one sample.
  case noClassifier(network: String, shape: [Int])
  /// - expected: as many as the network has classes.
  case classWeights(count: Int, expected: Int)
  /// The network's answer does not depend on a layer whose gradient is asked for.
  case unreadLayer(network: String, layer: String)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noClassifier(let network, let shape):
      "\(network) answers with a map of shape \(shape); training needs one value for each class"
    case .classWeights(let count, let expected):
      "there are \(count) class weights, but the network has \(expected) classes"
    case .unreadLayer(let network, let layer):
      "nothing that \(network) answers depends on its layer \(layer)"
    }
  }
}
