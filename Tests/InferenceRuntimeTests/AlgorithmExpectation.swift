import NetworkGraph
import Testing

/// What is known of one algorithm: how exact it is, and which edges it need not meet.
struct AlgorithmExpectation: Sendable {
  let name: String
  /// The largest error over the list of convolutions and all kernel sets, relative to the largest value of a result, as
  /// `ConvolutionAlgorithmTests` prints it. Where it is largest, a tanh makes results small whose sums are not.
  let measuredError: Double
  /// What a convolution may be off by.
  var tolerance: Double { 4 * measuredError }
  /// The same of convolutions that nobody has looked at.
  var looseTolerance: Double { 10 * measuredError }
  /// Edges that the algorithm does not meet, since it declines such convolutions, or does nothing special there.
  let lacks: Set<ConvolutionFeature>

  static let all: [AlgorithmExpectation] = [
    AlgorithmExpectation("depthwise", 2.4e-7, lacks: depthwise),
    AlgorithmExpectation("direct", 3.1e-6, lacks: untransformed),
    AlgorithmExpectation("direct-bf16x2", 2.1e-5, lacks: untransformed + [.groups]),
    AlgorithmExpectation("winograd-f4-rows", 1.7e-6, lacks: rows),
    AlgorithmExpectation("winograd-f4", 1.0e-5, lacks: unitStride),
    AlgorithmExpectation("winograd-f6", 2.0e-5, lacks: unitStride),
    AlgorithmExpectation("winograd-f2", 7.7e-7, lacks: unitStride),
    AlgorithmExpectation("winograd-f2-bf16x2", 3.6e-5, lacks: unitStride),
    AlgorithmExpectation("winograd-f4-stride2", 3.0e-6, lacks: strideTwo),
    AlgorithmExpectation("winograd-f2-stride2", 7.6e-7, lacks: strideTwo),
  ]

  /// Nothing is cut into a transform's tiles.
  private static let untransformed: [ConvolutionFeature] =
    (1...3).map { .tiles($0) } + [true, false].map { .tileRemainder($0) }
  private static let planar: [ConvolutionFeature] = [1, 3].map { .planar(channels: $0) }

  private static let depthwise =
    untransformed + planar + [.residual, .depthInParts, .weightsBeyondCache]
  /// 3x3 kernels with the same stride in both directions.
  private static let transformed: [ConvolutionFeature] =
    planar + [.dilation, .groups, .pointwise, .stride(.three), .stride(.unequal)]
  private static let unitStride = transformed + [.stride(.two)]
  private static let strideTwo = transformed + [.stride(.one)]
  /// The few planes of the network's own input.
  private static let rows: [ConvolutionFeature] =
    [.blockedInput, .residual, .depthInParts, .weightsBeyondCache, .dilation, .groups, .pointwise]
    + [.inputChannels(.oneBlock), .inputChannels(.blockAndRest), .inputChannels(.wholeBlocks)]

  private init(_ name: String, _ measuredError: Double, lacks: [ConvolutionFeature]) {
    self.name = name
    self.measuredError = measuredError
    self.lacks = Set(lacks)
  }
}

extension AlgorithmExpectation: CustomTestStringConvertible {
  var testDescription: String { name }
}
