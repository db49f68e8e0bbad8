import KernelTemplates
import NetworkGraph
import Synchronization
import TestSupport

@testable import InferenceRuntime

/// A listed convolution with values, and with what plain loops in double precision make of them.
struct ConvolutionExample: Sendable {
  let listed: ListedConvolution
  let problem: ConvolutionProblem
  let weights: WeightTensor
  /// For each sample, `C x H x W`.
  let inputs: [[Float]]
  /// None, or one for each sample, shaped as the output.
  let residuals: [[Float]]
  let expected: [[Double]]
  /// What errors are relative to: the largest value of the result. Sums are about 1, and errors those of such sums, even
  /// where all results happen to be small.
  let scale: Double

  /// - Parameter seed: of the values. Sums are about 1, so that no activation is at its bounds everywhere.
  init(_ listed: ListedConvolution, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func values(_ count: Int, within bound: Double) -> [Float] {
      (0..<count).map { _ in
        let unit = Double(generator.next() >> 40) / Double(1 << 24)
        return Float((2 * unit - 1) * bound)
      }
    }
    let (input, output, convolution) = (listed.input, try listed.output, listed.convolution)
    let shape = [
      convolution.outputChannels, input.channels / convolution.groups, convolution.kernel.height,
      convolution.kernel.width,
    ]
    // As He et al. initialise: sums of products are about as large as the values.
    let bound = (6 / Double(shape.dropFirst().reduce(1, *))).squareRoot()
    let weights = WeightTensor(shape: shape, values: values(shape.reduce(1, *), within: bound))
    let bias = values(convolution.outputChannels, within: 0.5)
    let inputs = (0..<listed.batch).map { _ in values(input.elementsPerSample, within: 1.5) }
    let residuals =
      listed.hasResidual ? (0..<listed.batch).map { _ in values(output.elementsPerSample, within: 1.5) } : []
    let plain = PlainConvolution(
      convolution, input: input, output: output, weights: weights.values.map(Double.init), bias: bias.map(Double.init))
    let expected = (0..<listed.batch).map { sample in
      var sums = plain.run(inputs[sample].map(Double.init))
      if listed.hasResidual { for index in sums.indices { sums[index] += Double(residuals[sample][index]) } }
      return sums.map(listed.activation.apply)
    }
    self.listed = listed
    self.weights = weights
    self.inputs = inputs
    self.residuals = residuals
    self.expected = expected
    scale = expected.joined().reduce(0.5) { max($0, abs($1)) }
    problem = try listed.problem(bias: bias, weights: weights)
  }

  /// The same convolution with its weights in fenced memory.
  func fenced(_ fence: Fence) -> ConvolutionExample { ConvolutionExample(self, FencedWeights.copy(weights, fence)) }

  private init(_ example: ConvolutionExample, _ weights: WeightTensor) {
    (listed, problem, self.weights) = (example.listed, example.problem, weights)
    (inputs, residuals) = (example.inputs, example.residuals)
    (expected, scale) = (example.expected, example.scale)
  }
}

extension ConvolutionExample {
  private static let made = Mutex<[Int: ConvolutionExample]>([:])

  /// Row `index` of the list, worked out once for all tests.
  static func listed(_ index: Int) throws -> ConvolutionExample {
    if let example = made.withLock({ $0[index] }) { return example }
    let example = try ConvolutionExample(ConvolutionProblems.all[index], seed: UInt64(index))
    made.withLock { $0[index] = example }
    return example
  }
}
