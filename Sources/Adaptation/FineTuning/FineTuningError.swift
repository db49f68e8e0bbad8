/// A network that cannot be fine-tuned, or a run that ended early.
public enum FineTuningError: Error, Hashable, Sendable {
  /// Nothing can be kept frozen below, or nothing is left to train above.
  case noBoundary(network: String)
  /// The smallest map of each image takes more room than there may be.
  case mapsTooLarge(bytes: Int, maximum: Int)
  /// The network's last layer cannot be exchanged.
  case noLinearHead(network: String)
  /// A head for other features or classes.
  case headShape(weights: [Int], biases: Int, features: Int, classes: Int)
  /// Somebody asked it to stop; the same call goes on from what the work folder keeps.
  case stopped
}

extension FineTuningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noBoundary(let network):
      "\(network) cannot be fine-tuned: there is no layer to divide it at with something to train above and something to "
        + "keep below"
    case .mapsTooLarge(let bytes, let maximum):
      "maps of all images take at least \(bytes) bytes, more than the \(maximum) that may be kept; use fewer images"
    case .noLinearHead(let network):
      "\(network) ends neither in a fully connected layer nor in averaged maps, so that it has no head to exchange"
    case .headShape(let weights, let biases, let features, let classes):
      "a head of weights \(weights) and \(biases) biases does not fit \(features) features and \(classes) classes"
    case .stopped: "stopped; the same command goes on from what is kept"
    }
  }
}
