import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Sums that are taken in several parts: of the batch, of a map's rows, of its tiles, of the channels, of a matrix's depth.
/// Layers as small as those of the other suites are done in one.
@Suite struct PartwiseGradientTests {
  struct Problem: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layers: [Operator]
    let shape: TensorShape
    let batch: Int
    var algorithm = "direct"
    var isPlanar = false
  }

  static let problems = [
    Problem(
      testDescription: "rows in several parts", layers: [convolution(33)],
      shape: TensorShape(channels: 5, height: 60, width: 40), batch: 1),
    Problem(
      testDescription: "several samples a part", layers: [convolution(5)],
      shape: TensorShape(channels: 7, height: 4, width: 5), batch: 35),
    Problem(
      testDescription: "the network's own input, several samples a part", layers: [convolution(20)],
      shape: TensorShape(channels: 3, height: 5, width: 4), batch: 35, isPlanar: true),
    Problem(
      testDescription: "the network's own input, few samples", layers: [convolution(20)],
      shape: TensorShape(channels: 3, height: 5, width: 4), batch: 2, isPlanar: true),
    Problem(
      testDescription: "depthwise, several samples a part", layers: [convolution(6, groups: 6)],
      shape: TensorShape(channels: 6, height: 4, width: 5), batch: 35),
    Problem(
      testDescription: "depthwise, few samples", layers: [convolution(6, groups: 6)],
      shape: TensorShape(channels: 6, height: 4, width: 5), batch: 2),
    Problem(
      testDescription: "winograd, several parts of several runs of tiles", layers: [convolution(6)],
      shape: TensorShape(channels: 5, height: 23, width: 22), batch: 6, algorithm: "winograd-f3x3-4x4"),
    Problem(
      testDescription: "winograd, more channels than one task takes", layers: [convolution(70)],
      shape: TensorShape(channels: 67, height: 5, width: 6), batch: 1, algorithm: "winograd-f3x3-4x4"),
    Problem(
      testDescription: "fully connected, a matrix larger than the cache, and a batch in parts",
      layers: [
        .fullyConnected(FullyConnected(outputFeatures: 40)), .tanh(Tanh()),
        .fullyConnected(FullyConnected(outputFeatures: 2800)),
      ], shape: TensorShape([2800]), batch: 17),
  ]

  private static func convolution(_ outputs: Int, groups: Int = 1) -> Operator {
    .convolution(Convolution(outputChannels: outputs, kernel: 3, padding: 1, groups: groups))
  }

  @Test("parts make up the whole, in plans for larger batches too", arguments: problems)
  func gradients(_ problem: Problem) throws {
    var net = NetworkBuilder()
    for (index, layer) in problem.layers.enumerated() { net.append("layer\(index)", layer) }
    let network = try net.network(name: "parts", inputShape: problem.shape)
    let weights = try SeededWeights.make(for: network)
    var random = LayerDraw.generator(1)
    func values(_ count: Int) -> [[Float]] {
      (0..<problem.batch).map { _ in (0..<count).map { _ in Float(random.uniform(in: -1...1)) } }
    }
    let inputs = values(problem.shape.elementsPerSample)
    let cotangents = values(try network.inferShapes().output.elementsPerSample)
    let expected = try PlainExpectation(network, weights, inputs: inputs, cotangents: cotangents)
    for kernels in ProcessorKernels.trained {
      for maximumBatch in [problem.batch, 3 * problem.batch + 1] {
        let run = try GradientRun(
          network, weights: weights, inputs: inputs, cotangents: cotangents, kernels: kernels,
          options: TrainingOptions(maximumBatch: maximumBatch),
          choices: AlgorithmChoices(preferring: problem.algorithm), isPlanar: problem.isPlanar)
        expected.holds(run, "\(kernels), a plan for \(maximumBatch)")
      }
    }
  }
}
