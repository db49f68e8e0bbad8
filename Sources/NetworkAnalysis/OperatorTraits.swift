import NetworkGraph

/// Properties of an operator that summaries need and its definition does not state.
struct OperatorTraits {
  /// Whether papers count the layer in a network's depth: convolutions and fully connected layers.
  var isWeighted = false
  /// Whether the operator's window is an attribute. The windows of global and adaptive pooling and of flattening follow
  /// from the map instead.
  var hasChosenWindow = false
  /// Whether the output is stored in the memory of the input.
  var isView = false
  /// Whether figures draw the layer together with the layer before it. Such a layer changes values in place, or only
  /// how they are arranged.
  var isFollower = false
}

extension Operator {
  var traits: OperatorTraits {
    switch self {
    case .convolution: OperatorTraits(isWeighted: true, hasChosenWindow: true)
    case .fullyConnected: OperatorTraits(isWeighted: true)
    case .maxPooling, .averagePooling: OperatorTraits(hasChosenWindow: true)
    case .flatten, .dropout: OperatorTraits(isView: true, isFollower: true)
    case .batchNormalization, .relu, .relu6, .leakyReLU, .prelu, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh,
      .sigmoid, .softmax, .channelShuffle:
      OperatorTraits(isFollower: true)
    case .adaptiveAveragePooling, .globalAveragePooling, .localResponseNormalization, .add, .multiply, .concatenate,
      .channelPadding, .channelSlice:
      OperatorTraits()
    }
  }
}
