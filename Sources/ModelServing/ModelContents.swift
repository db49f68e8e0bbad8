import Architectures
import ImageInput
import NetworkGraph

/// Everything that defines a model: the network, its weights, its labels, its preprocessing and its provenance.
///
/// The network may be any network. An `Architecture` is one way to make it.
public struct ModelContents: Sendable {
  /// The network, whose output has one value for each class.
  public let network: Network
  /// The tensors by the names that the network's layers use. The compiler checks whether they fit the network.
  public let weights: Weights
  /// One label for each class, in the order of the network's outputs.
  public let labels: [ClassLabel]
  /// The way from an image to the network's input.
  public let preprocessing: Preprocessing
  /// The origin of the network and of the weights.
  public let provenance: ModelProvenance

  /// Contents of the given parts, after a check that labels and preprocessing fit the network. The weights are not
  /// checked.
  ///
  /// - Throws: `ModelContentsError` if the number of labels is not the number of outputs, or if preprocessing makes
  ///   another input shape than the network takes. `ShapeError` if the network's layers do not fit one another.
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
  /// The name, title and paper of an architecture.
  public init(_ architecture: Architecture) {
    self.init(architecture: architecture.name, title: architecture.title, paper: architecture.paper)
  }
}

/// Parts of a model that do not fit together.
public enum ModelContentsError: Error, Hashable, Sendable {
  /// There are `count` labels, but the network has `outputs` outputs.
  case labels(count: Int, outputs: Int)
  /// Preprocessing makes inputs of the shape `prepared`, but the network takes `network`; both are `[C, H, W]`.
  case inputShape(prepared: [Int], network: [Int])
}

extension ModelContentsError: CustomStringConvertible {
  /// The two numbers or shapes that differ.
  public var description: String {
    switch self {
    case .labels(let count, let outputs): "there are \(count) labels, but the network has \(outputs) outputs"
    case .inputShape(let prepared, let network):
      "preprocessing makes inputs of shape \(prepared), but the network takes \(network)"
    }
  }
}
