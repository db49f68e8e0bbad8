import NetworkGraph

/// Attributes of a golden node; extents are `[height, width]`, padding is `[top, left, bottom, right]` or `"same"`.
struct GoldenAttributes {
  enum Key: String, CodingKey {
    case outputChannels = "output_channels"
    case outputFeatures = "output_features"
    case outputSize = "output_size"
    case kernel, stride, padding, dilation, groups, bias, epsilon, size, alpha, beta, k, axis, before, after, start,
      count
    case ceilMode = "ceil_mode"
    case countIncludePad = "count_include_pad"
    case negativeSlope = "negative_slope"
    case shared
  }

  private let values: KeyedDecodingContainer<Key>

  init(_ values: KeyedDecodingContainer<Key>) {
    self.values = values
  }

  /// An operator with attributes, or `nil` where `name` is not that of one.
  func layer(_ name: String) throws -> Operator? {
    switch name {
    case Convolution.name: .convolution(try convolution())
    case FullyConnected.name:
      .fullyConnected(FullyConnected(outputFeatures: try integer(.outputFeatures), hasBias: try flag(.bias)))
    case MaxPooling.name: .maxPooling(try maxPooling())
    case AveragePooling.name: .averagePooling(try averagePooling())
    case AdaptiveAveragePooling.name:
      .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: try extent(.outputSize)))
    case BatchNormalization.name: .batchNormalization(BatchNormalization(epsilon: try number(.epsilon)))
    case LocalResponseNormalization.name: .localResponseNormalization(try responseNormalization())
    case LeakyReLU.name: .leakyReLU(LeakyReLU(negativeSlope: try number(.negativeSlope)))
    case PReLU.name: .prelu(PReLU(isShared: try flag(.shared)))
    case Concatenate.name: .concatenate(Concatenate(axis: try integer(.axis)))
    case ChannelPadding.name:
      .channelPadding(ChannelPadding(before: try integer(.before), after: try integer(.after)))
    case ChannelShuffle.name: .channelShuffle(ChannelShuffle(groups: try integer(.groups)))
    case ChannelSlice.name: .channelSlice(ChannelSlice(start: try integer(.start), count: try integer(.count)))
    default: nil
    }
  }

  /// An operator without attributes, or `nil` where `name` is not that of one.
  func function(_ name: String) -> Operator? {
    let all: [Operator] = [
      .globalAveragePooling(GlobalAveragePooling()), .relu(ReLU()), .relu6(ReLU6()), .hardSwish(HardSwish()),
      .hardSigmoid(HardSigmoid()), .silu(SiLU()), .gelu(GELU()), .tanh(Tanh()), .sigmoid(Sigmoid()),
      .softmax(Softmax()), .add(Add()), .multiply(Multiply()), .flatten(Flatten()),
    ]
    return all.first { $0.name == name }
  }

  private func convolution() throws -> Convolution {
    Convolution(
      outputChannels: try integer(.outputChannels), kernel: try extent(.kernel), stride: try extent(.stride),
      padding: try padding(), dilation: try extent(.dilation), groups: try integer(.groups), hasBias: try flag(.bias))
  }

  private func maxPooling() throws -> MaxPooling {
    MaxPooling(
      kernel: try extent(.kernel), stride: try extent(.stride), padding: try padding(),
      dilation: try extent(.dilation), ceilMode: try flag(.ceilMode))
  }

  private func averagePooling() throws -> AveragePooling {
    AveragePooling(
      kernel: try extent(.kernel), stride: try extent(.stride), padding: try padding(),
      ceilMode: try flag(.ceilMode), countIncludePad: try flag(.countIncludePad))
  }

  private func responseNormalization() throws -> LocalResponseNormalization {
    LocalResponseNormalization(
      size: try integer(.size), alpha: try number(.alpha), beta: try number(.beta), k: try number(.k))
  }

  private func integer(_ key: Key) throws -> Int { try values.decode(Int.self, forKey: key) }
  private func number(_ key: Key) throws -> Float { try values.decode(Float.self, forKey: key) }
  private func flag(_ key: Key) throws -> Bool { try values.decode(Bool.self, forKey: key) }

  private func extent(_ key: Key) throws -> Size2D {
    let pair = try values.decode([Int].self, forKey: key)
    return Size2D(height: pair[0], width: pair[1])
  }

  private func padding() throws -> Padding {
    guard (try? values.decode(String.self, forKey: .padding)) == nil else { return .same }
    let edges = try values.decode([Int].self, forKey: .padding)
    return .edges(EdgePadding(top: edges[0], left: edges[1], bottom: edges[2], right: edges[3]))
  }
}
