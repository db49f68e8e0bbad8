import Glibc

extension Activation {
  /// The function's value at `x`, computed in double precision.
  ///
  /// This is the specification that the f32 kernels are tested against. A NaN stays NaN.
  public func apply(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .relu: max(x, 0)
    case .relu6: Self.relu6(x)
    case .leakyReLU(let negativeSlope): x > 0 ? x : x * Double(negativeSlope)
    case .hardSwish: x * Self.relu6(x + 3) / 6
    case .hardSigmoid: Self.relu6(x + 3) / 6
    case .silu: x * Self.sigmoid(x)
    case .gelu: x * (1 + erf(x / 2.0.squareRoot())) / 2
    case .tanh: Glibc.tanh(x)
    case .sigmoid: Self.sigmoid(x)
    }
  }

  private static func relu6(_ x: Double) -> Double { min(max(x, 0), 6) }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

extension Operator {
  /// The function that the operator applies, where the operator is a pure activation layer; `nil` for every other
  /// operator.
  ///
  /// `prelu` is not among them, because its slopes are learned tensors.
  public var activation: Activation? {
    switch self {
    case .relu: .relu
    case .relu6: .relu6
    case .leakyReLU(let leaky): .leakyReLU(negativeSlope: leaky.negativeSlope)
    case .hardSwish: .hardSwish
    case .hardSigmoid: .hardSigmoid
    case .silu: .silu
    case .gelu: .gelu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .convolution, .maxPooling, .averagePooling, .adaptiveAveragePooling, .globalAveragePooling, .fullyConnected,
      .batchNormalization, .localResponseNormalization, .prelu, .softmax, .add, .multiply, .concatenate,
      .channelPadding, .channelShuffle, .channelSlice, .flatten, .dropout:
      nil
    }
  }
}
