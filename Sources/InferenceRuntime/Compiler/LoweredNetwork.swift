import NetworkGraph

/// A network on its way to a plan: each operator with its weights and with the operators that were fused into it.
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
  /// How a convolution on maps in blocks is computed; `chooseAlgorithms` decides that.
  var algorithm: AlgorithmCandidate?
}

/// The computation of a step. The weights belong to one layer, and are folded already if a pass did so.
enum LoweredOperation {
  case convolution(LoweredConvolution)
  /// Matrix `[outputs, inputs]`, one bias an output.
  case fullyConnected(weights: WeightTensor, bias: [Float], Activation)
  /// Batch normalisation that could not be folded: one scale and shift a channel.
  case scaleAndShift(scale: [Float], shift: [Float], Activation)
  case maxPooling(MaxPooling)
  case averagePooling(AveragePooling)
  case adaptiveAveragePooling(outputSize: Size2D)
  case localResponseNormalization(LocalResponseNormalization)
  case activation(Activation)
  /// One slope a channel for negative values.
  case parametricReLU(slopes: [Float])
  case softmax
  case add(Activation)
  /// The first input's values times the second's, which are as many or one a channel.
  case multiply(Activation)
  case concatenate(Concatenate)
  case selectChannels(ChannelSelection)
  /// Another layout of the same value.
  case conversion
  case identity
}

/// A convolution with the operations that are fused into it.
struct LoweredConvolution {
  var convolution: Convolution
  /// Kernels `[outputs, inputs / groups, height, width]`.
  var weights: WeightTensor
  /// One an output.
  var bias: [Float]
  var activation = Activation.identity
  /// Groups of the layer's definition that each group stands for; see `mergeGroups`.
  var mergedGroups = 1
  /// The index of the layer's input that is added to the sums before the activation; `nil` if there is no residual.
  var residualInput: Int?
}

extension LoweredOperation {
  /// The same operation with an activation of its results; `nil` if the operation cannot apply one, or already has
  /// one.
  func fusing(_ activation: Activation) -> LoweredOperation? {
    switch self {
    case .convolution(var lowered):
      guard lowered.activation == .identity else { return nil }
      lowered.activation = activation
      return .convolution(lowered)
    case .fullyConnected(let weights, let bias, let current):
      return current == .identity ? .fullyConnected(weights: weights, bias: bias, activation) : nil
    case .scaleAndShift(let scale, let shift, let current):
      return current == .identity ? .scaleAndShift(scale: scale, shift: shift, activation) : nil
    case .add(let current): return current == .identity ? .add(activation) : nil
    case .multiply(let current): return current == .identity ? .multiply(activation) : nil
    case .maxPooling, .averagePooling, .adaptiveAveragePooling, .localResponseNormalization, .activation,
      .parametricReLU, .softmax, .concatenate, .selectChannels, .conversion, .identity:
      return nil
    }
  }
}

extension LoweredLayer {
  /// Floats that one sample of the output takes.
  var storedCount: Int { outputShape.storedCount(outputLayout) }

  /// Floats of the layer's weights as they are given.
  var weightCount: Int {
    switch operation {
    case .convolution(let lowered): lowered.weights.count
    case .fullyConnected(let weights, _, _): weights.count
    case .scaleAndShift, .maxPooling, .averagePooling, .adaptiveAveragePooling, .localResponseNormalization,
      .activation, .parametricReLU, .softmax, .add, .multiply, .concatenate, .selectChannels, .conversion, .identity:
      0
    }
  }

  /// The value that is added to a convolution's sums, if one is.
  var residual: String? {
    guard case .convolution(let lowered) = operation else { return nil }
    return lowered.residualInput.map { inputs[$0] }
  }
}
