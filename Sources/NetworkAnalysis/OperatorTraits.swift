import NetworkGraph

/// What summaries ask about an operator beyond its definition.
struct OperatorTraits {
  /// Whether papers count the layer: a convolution or fully connected.
  var isWeighted = false
  /// Whether somebody chose the window through which it sees. Global and adaptive pooling and flattening see windows
  /// too, but theirs follow from the map.
  var hasChosenWindow = false
  /// Whether its output is another name for its input's memory.
  var isView = false
  /// Whether people name it together with the layer before it, if at all: it changes values in their places, or only how
  /// they are arranged.
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
