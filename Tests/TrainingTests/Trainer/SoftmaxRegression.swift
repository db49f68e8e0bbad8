import Glibc
import InferenceRuntime
import NetworkGraph

@testable import Training

/// The smallest network that can be trained, flatten and `fc`, with its gradient in plain loops: what trainers are tested
/// with, so that their tests do not depend on a plan.
final class SoftmaxRegression: GradientEngine {
  let parameters: ParameterStore
  let algorithms: [String: String]
  /// The step, from 0, whose loss is no number.
  private let failingStep: Int?

  init(_ parameters: ParameterStore, failingStep: Int? = nil, algorithms: [String: String] = [:]) {
    self.parameters = parameters
    self.failingStep = failingStep
    self.algorithms = algorithms
  }

  static func network(classes: Int) throws -> Network {
    try Network(
      name: "softmax-regression", inputShape: TensorShape(BlobSource.shape),
      nodes: [
        Node("flatten", .flatten(Flatten()), inputs: [Network.inputName]),
        Node("fc", .fullyConnected(FullyConnected(outputFeatures: classes)), inputs: ["flatten"]),
      ])
  }

  func computeGradients(_ batch: TrainingBatch, step: Int) -> BatchResult {
    if step == failingStep { return BatchResult(samples: batch.count, loss: .nan, correct: 0) }
    let (weight, bias) = (parameters["fc.weight"], parameters["fc.bias"])
    let (classes, features) = (weight.shape[0], weight.shape[1])
    for index in 0..<parameters.learnedCount { parameters.gradients[index] = 0 }
    var (loss, correct) = (0.0, 0)
    for sample in 0..<batch.count {
      let image = batch.images + sample * features
      let scores = (0..<classes).map { row in
        (0..<features).reduce(parameters.values[bias.range.lowerBound + row]) {
          $0 + parameters.values[weight.range.lowerBound + row * features + $1] * image[$1]
        }
      }
      let label = Int(batch.labels[sample])
      let exponentials = scores.map { expf($0 - scores.max()!) }
      let sum = exponentials.reduce(0, +)
      loss -= Double(logf(exponentials[label] / sum))
      correct += scores.firstIndex(of: scores.max()!) == label ? 1 : 0
      for row in 0..<classes {
        let difference = (exponentials[row] / sum - (row == label ? 1 : 0)) / Float(batch.count)
        parameters.gradients[bias.range.lowerBound + row] += difference
        for index in 0..<features {
          parameters.gradients[weight.range.lowerBound + row * features + index] += difference * image[index]
        }
      }
    }
    return BatchResult(samples: batch.count, loss: loss / Double(batch.count), correct: correct)
  }
}
