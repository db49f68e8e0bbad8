import Foundation
import TestSupport
import Testing

/// PyTorch's softmax cross-entropy: a line of `loss_gradients.json`, written by
/// `python3 Tests/Goldens/training/generate.py losses`.
struct LossGolden: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let classes: Int
  let labelSmoothing: Double
  /// `[samples][classes]`, row-major.
  let logits: [Float]
  /// One a sample.
  let labels: [Int]
  /// One a class, or none for equal ones.
  let classWeights: [Float]?
  /// The weighted mean of the batch.
  let loss: Double
  /// Of the loss with respect to the logits, `[samples][classes]`.
  let gradient: [Double]

  private enum CodingKeys: String, CodingKey {
    case name, classes, logits, labels, loss, gradient
    case labelSmoothing = "label_smoothing"
    case classWeights = "class_weights"
  }

  static let all: [LossGolden] = {
    let file = Checkout.root.appending(path: "Tests/Goldens/training/loss_gradients.json")
    return try! JSONDecoder().decode([LossGolden].self, from: Data(contentsOf: file))
  }()

  var testDescription: String { name }
}
