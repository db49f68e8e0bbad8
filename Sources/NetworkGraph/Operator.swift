/// Every operator that a network can hold. Each case holds the operator's attributes; the attributes' type documents
/// them.
public enum Operator: Hashable, Sendable {
  /// Two-dimensional convolution, with groups and dilation; a learned layer.
  case convolution(Convolution)
  /// Largest value of each window of each channel.
  case maxPooling(MaxPooling)
  /// Mean of each window of each channel.
  case averagePooling(AveragePooling)
  /// Means over a grid of regions whose number is fixed, whatever the map's extent.
  case adaptiveAveragePooling(AdaptiveAveragePooling)
  /// Mean of each whole channel.
  case globalAveragePooling(GlobalAveragePooling)
  /// Matrix product with learned weights, on vectors.
  case fullyConnected(FullyConnected)
  /// Scale and offset of each channel from stored statistics.
  case batchNormalization(BatchNormalization)
  /// Division of each value by the strength of neighbouring channels, as in AlexNet.
  case localResponseNormalization(LocalResponseNormalization)
  /// `max(x, 0)`.
  case relu(ReLU)
  /// `min(max(x, 0), 6)`.
  case relu6(ReLU6)
  /// A fixed slope for negative values.
  case leakyReLU(LeakyReLU)
  /// A learned slope for negative values.
  case prelu(PReLU)
  /// `x relu6(x + 3) / 6`.
  case hardSwish(HardSwish)
  /// `relu6(x + 3) / 6`.
  case hardSigmoid(HardSigmoid)
  /// `x / (1 + exp(-x))`.
  case silu(SiLU)
  /// `x (1 + erf(x / sqrt(2))) / 2`.
  case gelu(GELU)
  /// Hyperbolic tangent.
  case tanh(Tanh)
  /// `1 / (1 + exp(-x))`.
  case sigmoid(Sigmoid)
  /// Probabilities from logits, over the channels.
  case softmax(Softmax)
  /// Sum of two or more inputs.
  case add(Add)
  /// Product of two inputs, or of feature maps and one factor for each channel.
  case multiply(Multiply)
  /// Inputs joined along one axis.
  case concatenate(Concatenate)
  /// Channels of zeros before and after the input's channels.
  case channelPadding(ChannelPadding)
  /// Channels in another order, so that groups exchange values.
  case channelShuffle(ChannelShuffle)
  /// A range of the input's channels.
  case channelSlice(ChannelSlice)
  /// Feature maps as one vector.
  case flatten(Flatten)
  /// Random zeros while training; the identity when serving.
  case dropout(Dropout)

  /// The operator's attributes as the protocol through which shapes, tensors and arithmetic are asked.
  public var definition: any OperatorDefinition {
    switch self {
    case .convolution(let definition): definition
    case .maxPooling(let definition): definition
    case .averagePooling(let definition): definition
    case .adaptiveAveragePooling(let definition): definition
    case .globalAveragePooling(let definition): definition
    case .fullyConnected(let definition): definition
    case .batchNormalization(let definition): definition
    case .localResponseNormalization(let definition): definition
    case .relu(let definition): definition
    case .relu6(let definition): definition
    case .leakyReLU(let definition): definition
    case .prelu(let definition): definition
    case .hardSwish(let definition): definition
    case .hardSigmoid(let definition): definition
    case .silu(let definition): definition
    case .gelu(let definition): definition
    case .tanh(let definition): definition
    case .sigmoid(let definition): definition
    case .softmax(let definition): definition
    case .add(let definition): definition
    case .multiply(let definition): definition
    case .concatenate(let definition): definition
    case .channelPadding(let definition): definition
    case .channelShuffle(let definition): definition
    case .channelSlice(let definition): definition
    case .flatten(let definition): definition
    case .dropout(let definition): definition
    }
  }

  /// The operator's name in JSON, tables and messages, for example `max_pooling`.
  public var name: String { type(of: definition).name }
}
