import Foundation
import NetworkGraph
import TestSupport

/// Steps of fine-tuning by PyTorch, which computes the whole network in each: `fine_tuning.json`, made by
/// `/usr/bin/python3 Tests/Goldens/training/fine_tuning.py`.
struct FineTuningGolden: Decodable, Sendable {
  let images: Int
  let classes: Int
  /// The last layer that stays as it is.
  let boundary: String
  let learningRate: Double
  let momentum: Double
  /// The images of each step; the label of an image is its number modulo the classes.
  let batches: [[Int]]
  /// Before each step.
  let losses: [Double]
  /// Those that were trained, after the last step.
  let tensors: [String: TensorSummary]
  private let inputShape: [Int]
  private let nodes: [GoldenNode]

  private enum CodingKeys: String, CodingKey {
    case images, classes, boundary, momentum, batches, nodes, losses, tensors
    case inputShape = "input_shape"
    case learningRate = "learning_rate"
  }

  static func load() throws -> FineTuningGolden {
    let file = Checkout.root.appending(path: "Tests/Goldens/training/fine_tuning.json")
    return try JSONDecoder().decode(FineTuningGolden.self, from: Data(contentsOf: file))
  }

  func network() throws -> Network {
    try Network(name: "fine-tuned", inputShape: TensorShape(inputShape), nodes: nodes.map(\.node))
  }
}
