import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Convolutions with another padding on each edge, and with more than their kernels reach over, beside plain loops.
@Suite struct ConvolutionPaddingTests {
  static let convolutions = [
    Convolution(
      outputChannels: 5, kernel: 3, padding: .edges(EdgePadding(top: 2, left: 0, bottom: 1, right: 1))),
    Convolution(
      outputChannels: 5, kernel: 3, padding: .edges(EdgePadding(top: 0, left: 1, bottom: 3, right: 2))),
    // The input's first row is read first by the output's second, which no tap of a reversed kernel begins at.
    Convolution(
      outputChannels: 5, kernel: Size2D(height: 3, width: 2), padding: .symmetric(Size2D(height: 5, width: 4)),
      dilation: Size2D(height: 2, width: 3)),
    Convolution(outputChannels: 5, kernel: 2, stride: 2, padding: .symmetric(6), dilation: 3),
    Convolution(outputChannels: 7, kernel: 3, padding: .symmetric(5), dilation: 2, groups: 7),
  ]

  @Test(
    "gradients are those of plain loops, by every algorithm", arguments: convolutions,
    ["direct", "winograd-f2", "winograd-f4", "winograd-f3x3-4x4"])
  func gradients(_ convolution: Convolution, algorithm: String) throws {
    let shape = TensorShape(channels: 7, height: 8, width: 6)
    let network = try Network(
      name: "padding", inputShape: shape,
      nodes: [Node("layer", .convolution(convolution), inputs: [Network.inputName])])
    let weights = try SeededWeights.make(for: network)
    var random = LayerDraw.generator(1)
    func values(_ count: Int) -> [[Float]] {
      (0..<2).map { _ in (0..<count).map { _ in Float(random.uniform(in: -1...1)) } }
    }
    let inputs = values(shape.elementsPerSample)
    let cotangents = values(try network.inferShapes().output.elementsPerSample)
    let expected = try PlainExpectation(network, weights, inputs: inputs, cotangents: cotangents)
    for kernels in ProcessorKernels.trained {
      for isPlanar in [false, true] {
        let run = try GradientRun(
          network, weights: weights, inputs: inputs, cotangents: cotangents, kernels: kernels,
          choices: AlgorithmChoices(preferring: algorithm), isPlanar: isPlanar)
        expected.holds(run, "\(kernels)" + (isPlanar ? ", the network's own input" : ""))
      }
    }
  }
}
