import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// A layer whose result is added to the very value that it takes: its gradient is also the one that its own is added to,
/// and must not be written over while it is read.
@Suite struct BranchTests {
  static let layers: [(Operator, TensorShape)] = [
    (.convolution(Convolution(outputChannels: 37, kernel: 1)), TensorShape(channels: 37, height: 3, width: 2)),
    (
      .convolution(Convolution(outputChannels: 19, kernel: 3, padding: 1)),
      TensorShape(channels: 19, height: 4, width: 3)
    ),
    (
      .convolution(Convolution(outputChannels: 24, kernel: 3, padding: 1, groups: 24)),
      TensorShape(channels: 24, height: 4, width: 3)
    ),
    (.fullyConnected(FullyConnected(outputFeatures: 45)), TensorShape([45])),
  ]

  @Test("a layer beside its own input", arguments: layers)
  func gradients(layer: Operator, shape: TensorShape) throws {
    let network = try Network(
      name: "branch", inputShape: shape,
      nodes: [
        Node("layer", layer, inputs: [Network.inputName]),
        Node("sum", .add(Add()), inputs: [Network.inputName, "layer"]),
      ])
    let weights = try SeededWeights.make(for: network)
    var random = LayerDraw.generator(1)
    let values = (0..<4).map { _ in
      (0..<shape.elementsPerSample).map { _ in Float(random.uniform(in: -2...2)) }
    }
    let (inputs, cotangents) = (Array(values[..<2]), Array(values[2...]))
    let expected = try PlainGradient(network, weights).gradient(
      of: .input, entries: Array(0..<2 * shape.elementsPerSample), inputs: inputs.map { $0.map(Double.init) },
      cotangent: cotangents.map { $0.map(Double.init) })
    for kernels in ProcessorKernels.allCases where kernels.isSupported {
      let run = try GradientRun(network, weights: weights, inputs: inputs, cotangents: cotangents, kernels: kernels)
      let greatest = expected.reduce(0) { max($0, abs($1)) }
      for (actual, value) in zip(run.inputGradient.flatMap { $0 }, expected) {
        guard abs(Double(actual) - value) <= 1e-4 * greatest else {
          Issue.record("\(actual) instead of \(value) on \(kernels)")
          break
        }
      }
    }
  }

  @Test(
    "strided layers side by side, in either order, whose phases add to each other's", arguments: [[3, 1], [1, 3]])
  func strided(kernels sizes: [Int]) throws {
    let shape = TensorShape(channels: 19, height: 5, width: 6)
    let network = try Network(
      name: "strided", inputShape: shape,
      nodes: sizes.map { size in
        Node(
          "layer\(size)",
          .convolution(
            Convolution(outputChannels: 18, kernel: Size2D(size), stride: 2, padding: .symmetric(Size2D(size / 2)))),
          inputs: [Network.inputName])
      } + [Node("sum", .add(Add()), inputs: sizes.map { "layer\($0)" })])
    let weights = try SeededWeights.make(for: network)
    var random = LayerDraw.generator(2)
    func values(_ count: Int) -> [[Float]] {
      (0..<2).map { _ in (0..<count).map { _ in Float(random.uniform(in: -2...2)) } }
    }
    let inputs = values(shape.elementsPerSample)
    let cotangents = values(try network.inferShapes().output.elementsPerSample)
    let expected = try PlainExpectation(network, weights, inputs: inputs, cotangents: cotangents)
    for kernels in ProcessorKernels.trained {
      let run = try GradientRun(network, weights: weights, inputs: inputs, cotangents: cotangents, kernels: kernels)
      expected.holds(run, "\(kernels)")
    }
  }
}
