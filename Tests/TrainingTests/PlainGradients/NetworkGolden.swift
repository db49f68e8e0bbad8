import Architectures
import Foundation
import NetworkGraph
import TestSupport
import Testing

/// One step of a whole network by PyTorch, in double precision, and the losses of some more: a line of
/// `network_gradients.json`, written by `python3 Tests/Goldens/training/generate.py networks`.
///
/// The loss is the mean softmax cross-entropy of the batch.
struct NetworkGolden: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  /// What batch normalisation takes means and variances from. Dropout drops nothing.
  let statistics: PlainReference.Statistics
  let inputShape: [Int]
  let classes: Int
  /// One a sample.
  let labels: [Int]
  let labelSmoothing: Double
  let loss: Double
  let learningRate: Double
  let momentum: Double
  /// Before each step of SGD with momentum on the same batch, and after the last.
  let losses: [Double]
  /// How much PyTorch's own gradients differ at most where it computes in f32, as `deviation(of:)` counts it.
  let torchFloat32Error: Double
  /// By name in the weight file.
  let gradients: [String: TensorSummary]
  /// Running means and variances after the first step, by name; momentum is 0.1, the variance is that of a sample.
  let runningStatistics: [String: TensorSummary]
  /// What is added to the seeded offsets of batch normalisation.
  private let normalizationOffset: Float
  private let architecture: String?
  private let nodes: [GoldenNode]?

  private enum CodingKeys: String, CodingKey {
    case name, statistics, classes, labels, loss, momentum, losses, gradients, architecture, nodes
    case normalizationOffset = "normalization_offset"
    case inputShape = "input_shape"
    case labelSmoothing = "label_smoothing"
    case learningRate = "learning_rate"
    case torchFloat32Error = "torch_float32_error"
    case runningStatistics = "running_statistics"
  }

  static let all: [NetworkGolden] = {
    let file = Checkout.root.appending(path: "Tests/Goldens/training/network_gradients.json")
    return try! JSONDecoder().decode([NetworkGolden].self, from: Data(contentsOf: file))
  }()

  var testDescription: String { name }

  /// The network, none of whose dropouts drops anything.
  func network() throws -> Network {
    let shape = TensorShape(inputShape)
    let nodes =
      try nodes?.map(\.node)
      ?? Architecture.named(architecture ?? name).network(inputShape: inputShape, numClasses: classes).nodes
    return try Network(name: name, inputShape: shape, nodes: nodes.map(\.withoutDropping))
  }

  /// Seeded weights, and offsets of batch normalisation as the script has them.
  func weights(for network: Network) throws -> Weights {
    var weights = try SeededWeights.make(for: network)
    for node in network.nodes where node.operator.definition is BatchNormalization {
      let name = node.tensorName(.bias)
      guard let offsets = weights[name] else { continue }
      weights[name] = WeightTensor(shape: offsets.shape, values: offsets.values.map { $0 + normalizationOffset })
    }
    return weights
  }

  /// One row a sample.
  func images() -> [[Float]] {
    let count = inputShape.reduce(1, *)
    let values = SeededWeights.input(count: count * labels.count)
    return labels.indices.map { Array(values[$0 * count..<($0 + 1) * count]) }
  }

  /// How far values are from PyTorch's at most: of any tensor, relative to its greatest or to a hundredth of the
  /// greatest of all, whichever is more. Some gradients are zero but for rounding, such as that of an offset before
  /// another batch normalisation.
  ///
  /// - Parameter gradients: values of every tensor that has a gradient.
  func deviation(of gradients: [String: [Float]]) -> (name: String, deviation: Double)? {
    let floor = (self.gradients.values.map(\.greatest).max() ?? 0) / 100
    return self.gradients.map { name, summary in
      (name, summary.deviation(of: gradients[name] ?? [], name: name, floor: floor))
    }.max { $0.1 < $1.1 }
  }
}

extension Node {
  fileprivate var withoutDropping: Node {
    guard case .dropout = self.operator else { return self }
    return Node(name, .dropout(Dropout(probability: 0)), inputs: inputs, parameters: parameters)
  }
}
