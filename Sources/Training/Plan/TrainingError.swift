/// A network that cannot be trained or inspected.
public enum TrainingError: Error, Hashable, Sendable {
  /// The network ends in a map of the given shape, `[C, H, W]`, instead of one value for each class.
  case noClassifier(network: String, shape: [Int])
  /// There are `count` class weights, but the network has `expected` classes.
  case classWeights(count: Int, expected: Int)
  /// The network's output does not depend on a layer whose gradient was asked for.
  case unreadLayer(network: String, layer: String)
}

extension TrainingError: CustomStringConvertible {
  /// The problem in a sentence.
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
