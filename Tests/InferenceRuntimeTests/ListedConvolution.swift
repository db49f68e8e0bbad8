import KernelTemplates
import NetworkGraph

@testable import InferenceRuntime

/// A convolution that algorithms are tested on: the layer, what is fused into it, and how it is run.
struct ListedConvolution: Hashable, Sendable {
  let input: TensorShape
  let convolution: Convolution
  let activation: Activation
  let hasResidual: Bool
  /// Whether the input is the network's own, `C x H x W`.
  let isPlanar: Bool
  let batch: Int
  let threads: Int

  /// `channels` planes of `height` x `width` to `outputs`.
  init(
    _ channels: Int, _ height: Int, _ width: Int, to outputs: Int, kernel: Size2D, stride: Size2D = 1,
    padding: Padding = 0, dilation: Size2D = 1, groups: Int = 1, _ activation: Activation = .identity,
    residual: Bool = false, planar: Bool = false, batch: Int = 1, threads: Int = 1
  ) {
    input = TensorShape(channels: channels, height: height, width: width)
    convolution = Convolution(
      outputChannels: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
    self.activation = activation
    hasResidual = residual
    isPlanar = planar
    self.batch = batch
    self.threads = threads
  }

  var output: TensorShape {
    get throws { try convolution.outputShape(for: [input]) }
  }

  /// As the engine takes it, with weights that nobody reads.
  func problem() throws -> ConvolutionProblem {
    try problem(bias: [], weights: WeightTensor(shape: [0], values: []))
  }

  /// As the engine takes it.
  func problem(bias: [Float], weights: WeightTensor) throws -> ConvolutionProblem {
    let lowered = LoweredConvolution(
      convolution: convolution, weights: weights, bias: bias, activation: activation,
      residualInput: hasResidual ? 1 : nil)
    return ConvolutionProblem(
      lowered, input: input, output: try output, isPlanarInput: isPlanar, maximumBatch: batch)
  }
}

extension ListedConvolution: CustomStringConvertible {
  var description: String {
    let window = convolution.resolvedWindow(for: input)
    let edges = window.padding
    var words = ["\(input) -> \(convolution.outputChannels) channels, \(window.kernel)"]
    if window.stride != 1 { words.append("stride \(window.stride)") }
    if !edges.isZero { words.append("padding \(edges.top) \(edges.left) \(edges.bottom) \(edges.right)") }
    if window.dilation != 1 { words.append("dilation \(window.dilation)") }
    if convolution.groups != 1 { words.append("\(convolution.groups) groups") }
    if activation != .identity { words.append("\(activation)") }
    if hasResidual { words.append("residual") }
    if isPlanar { words.append("planar") }
    return (words + ["batch \(batch)", "\(threads) threads"]).joined(separator: ", ")
  }
}

extension Padding {
  /// One edge, or several, by so much each.
  static func edges(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) -> Padding {
    .edges(EdgePadding(top: top, left: left, bottom: bottom, right: right))
  }
}

extension Activation {
  /// Every function.
  static let all: [Activation] = [
    .identity, .relu, .relu6, .leakyReLU(negativeSlope: 0.1), .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid,
  ]
}
