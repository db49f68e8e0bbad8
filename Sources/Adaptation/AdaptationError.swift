/// Why a classifier cannot be made of photos.
public enum AdaptationError: Error, Hashable, Sendable {
  /// Somebody asked to stop; what is done is kept in the work folder.
  case stopped
  /// A network whose last layer cannot be replaced.
  case unsuitableBase(name: String, network: String)
  /// A class of which too few photos can be used.
  case tooFewImages(className: String, count: Int, minimum: Int)
  /// A class of which too few photos are no copies of those to be tested with.
  case tooFewLeft(className: String, count: Int, minimum: Int)
  /// None that can be used; with the first few and what is wrong with them.
  case noReadableImages(count: Int, examples: [String])
  /// No test set, and therefore no comparison.
  case tooFewToCompare(minimum: Int)
}

extension AdaptationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .stopped: "stopped; what is done is kept, and the same command goes on from there"
    case .unsuitableBase(let name, let network):
      "the model \"\(name)\" (\(network)) cannot be the base: its last layer is neither fully connected nor a convolution "
        + "whose maps are averaged, as SqueezeNet's is. Networks that can are AlexNet, VGG, GoogLeNet, ResNet, DenseNet, "
        + "MobileNet, EfficientNet and SqueezeNet"
    case .tooFewImages(let className, let count, let minimum):
      "the class \"\(className)\" has \(count == 0 ? "no image" : count == 1 ? "only one image" : "only \(count) images") "
        + "that can be read, is no copy of another and lies in no other class too; at least \(minimum) are needed"
    case .tooFewLeft(let className, let count, let minimum):
      "the class \"\(className)\" has \(count == 0 ? "no image" : count == 1 ? "only one image" : "only \(count) images") "
        + "left to learn from, as images that are also set apart for the test, as copies or nearly so, are left out; at least "
        + "\(minimum) are needed"
    case .noReadableImages(let count, let examples):
      "none of the \(count) images can be used: \(examples.joined(separator: "; "))"
    case .tooFewToCompare(let minimum):
      "a comparison needs test images: at least \(minimum) photos of each class, more where the parts have none of some class"
    }
  }
}
