import Architectures
import ImageInput
import NetworkGraph

/// All that a model is: a network, the weights in it, what goes in and what comes out, and where that is from.
///
/// Nothing here asks for a name that is known beforehand. An `Architecture` is one way to make the network.
public struct ModelContents: Sendable {
  public let network: Network
  /// By the names that the network's layers give them; whether they fit is found out by the compiler.
  public let weights: Weights
  /// One a class, in the order of the network's outputs.
  public let labels: [ClassLabel]
  /// From an image to the network's input.
  public let preprocessing: Preprocessing
  public let provenance: ModelProvenance

  /// - Throws: `ModelContentsError` where labels or preprocessing do not fit the network, or `ShapeError`.
  public init(
    network: Network, weights: Weights, labels: [ClassLabel], preprocessing: Preprocessing,
    provenance: ModelProvenance
  ) throws {
    let outputs = try network.inferShapes().output.elementsPerSample
    guard labels.count == outputs else { throw ModelContentsError.labels(count: labels.count, outputs: outputs) }
    let prepared = [preprocessing.channels, preprocessing.inputSize.height, preprocessing.inputSize.width]
    let input = network.inputShape.dimensions
    guard prepared == input else { throw ModelContentsError.inputShape(prepared: prepared, network: input) }
    self.network = network
    self.weights = weights
    self.labels = labels
    self.preprocessing = preprocessing
    self.provenance = provenance
  }
}

extension ModelProvenance.Publication {
  public init(_ architecture: Architecture) {
    self.init(architecture: architecture.name, title: architecture.title, paper: architecture.paper)
  }
}

/// Parts of a model that do not fit together.
public enum ModelContentsError: Error, Hashable, Sendable {
  case labels(count: Int, outputs: Int)
  case inputShape(prepared: [Int], network: [Int])
}

extension ModelContentsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .labels(let count, let outputs): "there are \(count) labels, but the network has \(outputs) outputs"
    case .inputShape(let prepared, let network):
      "preprocessing makes inputs of shape \(prepared), but the network takes \(network)"
    }
  }
}
