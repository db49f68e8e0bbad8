import KernelsPortable
import NetworkGraph

/// A network on its way to a plan: operators joined with their weights and with what was fused into them.
struct LoweredNetwork {
  /// Shape of the network's input.
  let inputShape: TensorShape
  var layers: [LoweredLayer]
  /// Name of the layer whose output is the answer.
  var outputName: String

  /// How many layers take each value, the network's output counted as one more.
  var useCounts: [String: Int] {
    var counts: [String: Int] = [outputName: 1]
    for input in layers.flatMap(\.inputs) { counts[input, default: 0] += 1 }
    return counts
  }
}

struct LoweredLayer {
  var name: String
  var operation: LoweredOperation
  var inputs: [String]
  var inputShapes: [TensorShape]
  var outputShape: TensorShape
  /// How each input is read, and how the output is written.
  var inputLayouts: [Layout] = []
  var outputLayout = Layout.planar
}

/// What a step computes. Weights are those of one layer, already folded where a pass did so.
enum LoweredOperation {
  /// Kernels `[outputs, inputs / groups, height, width]`, one bias an output. A second input is added to the sums
  /// before the activation.
  case convolution(Convolution, weights: WeightTensor, bias: [Float], Activation)
  /// Matrix `[outputs, inputs]`, one bias an output.
  case fullyConnected(weights: WeightTensor, bias: [Float], Activation)
  /// Batch normalisation that could not be folded: one scale and shift a channel.
  case scaleAndShift(scale: [Float], shift: [Float], Activation)
  case maxPooling(MaxPooling)
  case averagePooling(AveragePooling)
  case adaptiveAveragePooling(outputSize: Size2D)
  case localResponseNormalization(LocalResponseNormalization)
  case activation(Activation)
  case softmax
  case add(Activation)
  case concatenate
  case channelPadding(ChannelPadding)
  /// Another layout of the same value.
  case conversion
  case identity
}

extension LoweredOperation {
  /// The same operation with `activation` applied to what it stores, or `nil` where it cannot, or already has one.
  func fusing(_ activation: Activation) -> LoweredOperation? {
    switch self {
    case .convolution(let convolution, let weights, let bias, .identity):
      .convolution(convolution, weights: weights, bias: bias, activation)
    case .fullyConnected(let weights, let bias, .identity):
      .fullyConnected(weights: weights, bias: bias, activation)
    case .scaleAndShift(let scale, let shift, .identity):
      .scaleAndShift(scale: scale, shift: shift, activation)
    case .add(.identity):
      .add(activation)
    default:
      nil
    }
  }
}
