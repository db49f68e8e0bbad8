import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Two layers that take the same tensors: the gradient is the sum of what each of them gives.
@Suite struct SharedTensorTests {
  struct Problem: Sendable, CustomTestStringConvertible {
    let layer: Operator
    let shape: TensorShape
    var algorithm = "direct"
    var isPlanar = false

    var testDescription: String { "\(layer), \(algorithm)" + (isPlanar ? ", the network's own input" : "") }
  }

  static let problems = [
    Problem(layer: convolution(), shape: map),
    Problem(layer: convolution(), shape: map, algorithm: "winograd-f3x3-4x4"),
    Problem(layer: convolution(), shape: map, isPlanar: true),
    Problem(layer: convolution(groups: 19), shape: map),
    Problem(layer: .fullyConnected(FullyConnected(outputFeatures: 19)), shape: TensorShape([19])),
    Problem(layer: .batchNormalization(BatchNormalization()), shape: map),
    Problem(layer: .prelu(PReLU()), shape: map),
  ]

  private static let map = TensorShape(channels: 19, height: 5, width: 4)

  private static func convolution(groups: Int = 1) -> Operator {
    .convolution(Convolution(outputChannels: 19, kernel: 3, padding: 1, groups: groups))
  }

  @Test("gradients of tensors that two layers share add up", arguments: problems)
  func gradients(_ problem: Problem) throws {
    // Side by side, so that both may read the network's own input.
    let shared: [ParameterRole: String] =
      if case .prelu = problem.layer { [.weight: "weight"] } else { [.weight: "weight", .bias: "bias"] }
    let network = try Network(
      name: "shared", inputShape: problem.shape,
      nodes: [
        Node("first", problem.layer, inputs: [Network.inputName], parameters: shared),
        Node("tanh", .tanh(Tanh()), inputs: ["first"]),
        Node("second", problem.layer, inputs: [Network.inputName], parameters: shared),
        Node("sum", .add(Add()), inputs: ["tanh", "second"]),
      ])
    let weights = try SeededWeights.make(for: network)
    var random = LayerDraw.generator(1)
    let values = (0..<6).map { _ in
      (0..<problem.shape.elementsPerSample).map { _ in
        // Away from PReLU's kink.
        Float(random.uniform(in: 0.1...1)) * (random.bool(probability: 0.5) ? 1 : -1)
      }
    }
    let (inputs, cotangents) = (Array(values[..<3]), Array(values[3...]))
    let expected = try PlainExpectation(network, weights, inputs: inputs, cotangents: cotangents)
    for kernels in ProcessorKernels.trained {
      let run = try GradientRun(
        network, weights: weights, inputs: inputs, cotangents: cotangents, kernels: kernels,
        choices: AlgorithmChoices(preferring: problem.algorithm), isPlanar: problem.isPlanar)
      expected.holds(run, "\(kernels)")
    }
  }
}
