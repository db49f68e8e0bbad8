/// Every operator that a network can hold. Each case's type says the rest, in its own file under `Operators/`.
public enum Operator: Hashable, Sendable {
  case convolution(Convolution)
  case maxPooling(MaxPooling)
  case averagePooling(AveragePooling)
  case adaptiveAveragePooling(AdaptiveAveragePooling)
  case globalAveragePooling(GlobalAveragePooling)
  case fullyConnected(FullyConnected)
  case batchNormalization(BatchNormalization)
  case localResponseNormalization(LocalResponseNormalization)
  case relu(ReLU)
  case relu6(ReLU6)
  case leakyReLU(LeakyReLU)
  case prelu(PReLU)
  case hardSwish(HardSwish)
  case hardSigmoid(HardSigmoid)
  case silu(SiLU)
  case gelu(GELU)
  case tanh(Tanh)
  case sigmoid(Sigmoid)
  case softmax(Softmax)
  case add(Add)
  case multiply(Multiply)
  case concatenate(Concatenate)
  case channelPadding(ChannelPadding)
  case channelShuffle(ChannelShuffle)
  case channelSlice(ChannelSlice)
  case flatten(Flatten)
  case dropout(Dropout)

  /// What the operator states about itself.
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

  /// Name used in JSON, tables and messages, for example `max_pooling`.
  public var name: String { type(of: definition).name }
}
