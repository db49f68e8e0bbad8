import Foundation
import NetworkGraph
import TestSupport
import Testing

/// PyTorch's gradients of one operator: a line of `operator_gradients.json`, written by
/// `python3 Tests/Goldens/training/generate.py operators`.
///
/// `L = sum of cotangent x output`. All arrays hold the whole batch, row-major, sample by sample.
struct OperatorGolden: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  /// Whether `L` has derivatives at all: not where a pooling meets equal values, of which PyTorch's takes the first.
  let isDifferentiable: Bool
  /// What batch normalisation takes means and variances from.
  let statistics: PlainReference.Statistics
  let batch: Int
  let network: Network
  let weights: Weights
  let input: [Float]
  let cotangent: [Float]
  let output: [Double]
  let inputGradient: [Double]
  /// By name in the weight file; running statistics have none.
  let parameterGradients: [String: [Double]]
  /// Running means and variances after the step, by name; momentum is 0.1, the variance is that of a sample.
  let runningStatistics: [String: [Double]]

  static let all: [OperatorGolden] = {
    let file = Checkout.root.appending(path: "Tests/Goldens/training/operator_gradients.json")
    return try! JSONDecoder().decode([OperatorGolden].self, from: Data(contentsOf: file))
  }()

  /// One row of the input a sample.
  var inputs: [[Float]] { rows(input) }
  /// One row of the cotangent a sample.
  var cotangents: [[Float]] { rows(cotangent) }

  var testDescription: String { name }

  private enum Key: String, CodingKey {
    case name, statistics, batch, nodes, input, parameters, output, cotangent
    case isDifferentiable = "differentiable"
    case inputShape = "input_shape"
    case inputGradient = "input_gradient"
    case parameterGradients = "parameter_gradients"
    case runningStatistics = "running_statistics"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    name = try values.decode(String.self, forKey: .name)
    isDifferentiable = try values.decode(Bool.self, forKey: .isDifferentiable)
    statistics = try values.decode(PlainReference.Statistics.self, forKey: .statistics)
    batch = try values.decode(Int.self, forKey: .batch)
    let nodes = try values.decode([GoldenNode].self, forKey: .nodes).map(\.node)
    network = try Network(
      name: name, inputShape: TensorShape(try values.decode([Int].self, forKey: .inputShape)), nodes: nodes)
    let parameters = try values.decode([String: [Float]].self, forKey: .parameters)
    weights = Dictionary(
      uniqueKeysWithValues: try network.parameters().map {
        ($0.name, WeightTensor(shape: $0.shape, values: parameters[$0.name] ?? []))
      })
    input = try values.decode([Float].self, forKey: .input)
    cotangent = try values.decode([Float].self, forKey: .cotangent)
    output = try values.decode([Double].self, forKey: .output)
    inputGradient = try values.decode([Double].self, forKey: .inputGradient)
    parameterGradients = try values.decode([String: [Double]].self, forKey: .parameterGradients)
    runningStatistics = try values.decode([String: [Double]].self, forKey: .runningStatistics)
  }

  private func rows(_ values: [Float]) -> [[Float]] {
    let count = values.count / batch
    return (0..<batch).map { Array(values[$0 * count..<($0 + 1) * count]) }
  }
}
