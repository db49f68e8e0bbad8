import Architectures
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// Layers whose maps lie in blocks of samples, beside plain loops: batches that fill their last block and others.
@Suite struct SampleBlockTests {
  struct Problem: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layers: [Operator]
    var shape = TensorShape(channels: 2, height: 9, width: 11)
    var batch = 5
  }

  static let problems =
    [
      Problem(
        testDescription: "as LeNet-5 is, in several blocks",
        layers: [
          convolution(6, kernel: 5), .tanh(Tanh()), .averagePooling(AveragePooling(kernel: 2, stride: 2)),
          convolution(17, kernel: 3), .tanh(Tanh()), .averagePooling(AveragePooling(kernel: 2, stride: 2)),
          convolution(5, kernel: 2), .tanh(Tanh()), .flatten(Flatten()),
          .fullyConnected(FullyConnected(outputFeatures: 3)),
        ], shape: TensorShape(channels: 1, height: 16, width: 16), batch: 37),
      Problem(
        testDescription: "padding, maxima, bounds",
        layers: [
          convolution(7, kernel: 3, padding: 1), .relu(ReLU()), .maxPooling(MaxPooling(kernel: 3, stride: 2)),
          convolution(4, kernel: 3, padding: 2), .relu6(ReLU6()), .flatten(Flatten()),
        ]),
      Problem(
        testDescription: "more padding than the kernel reaches over, and functions whose argument is kept",
        layers: [
          convolution(3, kernel: 3, padding: 5), .silu(SiLU()), convolution(5, kernel: 2, padding: 3, hasBias: false),
          .gelu(GELU()), .flatten(Flatten()),
        ]),
      Problem(
        testDescription: "kernels wider than a tile, and than the map",
        layers: [
          .convolution(
            Convolution(
              outputChannels: 3, kernel: Size2D(height: 3, width: 9),
              padding: .edges(EdgePadding(top: 2, left: 4, bottom: 0, right: 1)))),
          .sigmoid(Sigmoid()), convolution(2, kernel: 13, padding: 6), .flatten(Flatten()),
        ]),
      Problem(
        testDescription: "single positions",
        layers: [convolution(4, kernel: 1), convolution(3, kernel: 1), .flatten(Flatten())]
      ),
    ] + (1...4).map(everyTile)

  /// Tiles of so many output channels and every number of taps.
  private static func everyTile(outputs: Int) -> Problem {
    let convolutions = (1...5).reversed().map { taps in
      Operator.convolution(Convolution(outputChannels: outputs, kernel: Size2D(height: 2, width: taps)))
    }
    return Problem(
      testDescription: "tiles of \(outputs) output channels", layers: convolutions + [.flatten(Flatten())],
      shape: TensorShape(channels: 2, height: 9, width: 16))
  }

  private static func convolution(_ outputs: Int, kernel: Int, padding: Int = 0, hasBias: Bool = true) -> Operator {
    .convolution(
      Convolution(
        outputChannels: outputs, kernel: Size2D(kernel), padding: .symmetric(Size2D(padding)), hasBias: hasBias))
  }

  /// A network, and a batch for it.
  private struct Example {
    let network: Network
    let weights: Weights
    let inputs: [[Float]]
    let cotangents: [[Float]]

    init(_ problem: Problem) throws {
      var net = NetworkBuilder()
      for (index, layer) in problem.layers.enumerated() { net.append("layer\(index)", layer) }
      network = try net.network(name: "samples", inputShape: problem.shape)
      weights = try SeededWeights.make(for: network)
      var random = LayerDraw.generator(1)
      func values(_ count: Int) -> [[Float]] {
        (0..<problem.batch).map { _ in (0..<count).map { _ in Float(random.uniform(in: -1...1)) } }
      }
      inputs = values(problem.shape.elementsPerSample)
      cotangents = values(try network.inferShapes().output.elementsPerSample)
    }

    func run(
      _ kernels: ProcessorKernels, _ layout: MapLayout, maximumBatch: Int? = nil, threadCount: Int = 2
    ) throws -> GradientRun {
      var options = TrainingOptions(maximumBatch: maximumBatch ?? inputs.count)
      options.layout = layout
      return try GradientRun(
        network, weights: weights, inputs: inputs, cotangents: cotangents, kernels: kernels, options: options,
        threadCount: threadCount, isPlanar: true)
    }
  }

  @Test("gradients are those of plain loops, in plans for larger batches too", arguments: problems)
  func gradients(_ problem: Problem) throws {
    let example = try Example(problem)
    let expected = try PlainExpectation(
      example.network, example.weights, inputs: example.inputs, cotangents: example.cotangents)
    for kernels in ProcessorKernels.trained {
      for maximumBatch in [problem.batch, 2 * problem.batch + 1] {
        let run = try example.run(kernels, .sampleBlocks, maximumBatch: maximumBatch)
        expected.holds(run, "\(kernels), a plan for \(maximumBatch)")
      }
    }
  }

  @Test("one, two and four threads give the same bits", arguments: ProcessorKernels.trained)
  func threads(kernels: ProcessorKernels) throws {
    let example = try Example(Self.problems[0])
    let runs = try [1, 2, 4].map { try example.run(kernels, .sampleBlocks, threadCount: $0) }
    for run in runs.dropFirst() {
      #expect(run.output == runs[0].output)
      #expect(run.parameterGradients == runs[0].parameterGradients)
    }
  }

  @Test("networks of few channels take blocks of samples where the batch fills them, others blocks of channels")
  func choice() throws {
    func count(_ example: (name: String, shape: [Int], batch: Int, lanes: Int)) throws -> Int {
      let network = try Architecture.named(example.name).network(inputShape: example.shape)
      let shapes = Dictionary(uniqueKeysWithValues: zip(network.nodes.map(\.name), try network.inferShapes().layers))
      return SampleBlocks.layerCount(
        TrainingGraph(network, stopsAtLogits: true), shapes, lanes: example.lanes, maximumBatch: example.batch,
        layout: .chosen)
    }
    #expect(try count(("lenet5", [1, 32, 32], 128, 16)) == 4)
    #expect(try count(("lenet5-relu", [1, 32, 32], 128, 8)) == 4)
    #expect(try count(("lenet5", [1, 32, 32], 2, 16)) == 0)
    #expect(try count(("resnet20", [1, 28, 28], 128, 16)) == 0)
    #expect(try count(("vgg16", [3, 224, 224], 16, 16)) == 0)
  }
}
