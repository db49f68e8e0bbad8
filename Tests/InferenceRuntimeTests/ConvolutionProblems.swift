import NetworkGraph

/// The convolutions that every algorithm is tested on, as far as it computes them.
///
/// Written down rather than drawn: each row is here for the edge that it meets. `ConvolutionFeature` says which edges
/// have to be met, and a test sees to it that each algorithm meets them.
enum ConvolutionProblems {
  static let all =
    unitStride3x3 + deep3x3 + strided3x3 + planar + depthwise + pointwise + stridedPointwise + otherKernels + grouped

  private static let leaky = Activation.leakyReLU(negativeSlope: 0.1)

  /// Maps of 1 to 3 tiles of 2, 4 and 6 outputs in each direction, with and without a remainder; channels below, at and
  /// above 4, 8 and 16 lanes.
  private static let unitStride3x3: [ListedConvolution] = [
    .init(1, 3, 3, to: 1, kernel: 3),
    .init(3, 3, 4, to: 5, kernel: 3, .relu, residual: true, batch: 2, threads: 2),
    .init(4, 4, 4, to: 4, kernel: 3, .relu6),
    .init(5, 1, 1, to: 3, kernel: 3, padding: 1, leaky, residual: true, batch: 8, threads: 3),
    .init(8, 2, 3, to: 8, kernel: 3, padding: 1, .hardSwish, residual: true, threads: 4),
    .init(7, 3, 2, to: 9, kernel: 3, padding: 1, .hardSigmoid, batch: 2, threads: 3),
    .init(9, 4, 4, to: 16, kernel: 3, padding: 1, .silu, residual: true, batch: 8, threads: 2),
    .init(16, 5, 6, to: 7, kernel: 3, padding: 1, .gelu),
    .init(15, 6, 6, to: 17, kernel: 3, padding: 1, .tanh, residual: true, batch: 2, threads: 2),
    .init(16, 7, 5, to: 16, kernel: 3, padding: 1, .sigmoid, threads: 2),
    .init(17, 8, 12, to: 15, kernel: 3, padding: 1, residual: true, batch: 2, threads: 4),
    .init(31, 9, 9, to: 33, kernel: 3, padding: 1, .relu, residual: true, batch: 8, threads: 3),
    .init(32, 12, 7, to: 32, kernel: 3, padding: 1, .relu6, batch: 2),
    .init(33, 13, 14, to: 31, kernel: 3, padding: 1, leaky, residual: true, threads: 3),
    .init(20, 18, 18, to: 24, kernel: 3, padding: 1, .hardSwish, batch: 2, threads: 2),
    .init(12, 17, 13, to: 20, kernel: 3, padding: 1, .hardSigmoid, residual: true, threads: 4),
    .init(24, 1, 19, to: 12, kernel: 3, padding: 1, .silu, threads: 2),
    .init(6, 19, 1, to: 40, kernel: 3, padding: 1, .gelu, residual: true, batch: 8, threads: 4),
    .init(8, 29, 30, to: 8, kernel: 3, padding: 1, .tanh, residual: true, threads: 2),
    .init(4, 14, 14, to: 6, kernel: 3, padding: 1, .sigmoid, batch: 8, threads: 2),

    // Padding on one edge alone, on none, and so wide that whole tiles see nothing else.
    .init(9, 8, 8, to: 10, kernel: 3, padding: .edges(top: 1), .relu, residual: true),
    .init(9, 8, 8, to: 10, kernel: 3, padding: .edges(left: 1), .relu6, batch: 2, threads: 2),
    .init(9, 8, 8, to: 10, kernel: 3, padding: .edges(bottom: 1), residual: true, threads: 3),
    .init(9, 8, 8, to: 10, kernel: 3, padding: .edges(right: 1), leaky, batch: 2, threads: 4),
    .init(5, 4, 3, to: 6, kernel: 3, padding: 2, .relu, batch: 2),
    .init(5, 2, 3, to: 6, kernel: 3, padding: 9, residual: true, batch: 2, threads: 2),
    .init(18, 14, 20, to: 18, kernel: 3, .relu, residual: true, threads: 2),
  ]

  /// So many channels that the depth is cut into parts, or that the weights are more than a cache holds.
  private static let deep3x3: [ListedConvolution] = [
    // Of portable kernels, the tile has 8 output channels, and 6144 weights are one part of the depth.
    .init(800, 4, 5, to: 9, kernel: 3, padding: 1, .relu6, residual: true, batch: 2, threads: 2),
    .init(112, 6, 6, to: 64, kernel: 3, padding: 1, .relu, residual: true, threads: 2),
    .init(200, 5, 4, to: 72, kernel: 3, padding: 1, leaky, batch: 2, threads: 3),
    .init(128, 7, 7, to: 128, kernel: 3, padding: 1, .silu, residual: true, batch: 8, threads: 4),
    .init(64, 13, 13, to: 80, kernel: 3, padding: 1, .identity, residual: true, threads: 1),
    .init(130, 4, 4, to: 260, kernel: 3, padding: 1, .hardSwish, residual: true, threads: 2),
    .init(65, 21, 20, to: 66, kernel: 3, padding: 1, .relu, batch: 2, threads: 2),
  ]

  private static let strided3x3: [ListedConvolution] = [
    .init(1, 3, 3, to: 1, kernel: 3, stride: 2),
    .init(3, 4, 5, to: 5, kernel: 3, stride: 2, padding: 1, .relu, residual: true, batch: 2, threads: 2),
    .init(4, 7, 7, to: 4, kernel: 3, stride: 2, padding: 1, .relu6, residual: true),
    .init(5, 8, 8, to: 7, kernel: 3, stride: 2, padding: .same, leaky, batch: 8, threads: 3),
    .init(8, 9, 12, to: 8, kernel: 3, stride: 2, padding: .same, .hardSwish, residual: true, threads: 4),
    .init(7, 1, 1, to: 9, kernel: 3, stride: 2, padding: 1, .hardSigmoid, batch: 2, threads: 3),
    .init(9, 10, 11, to: 16, kernel: 3, stride: 2, padding: .edges(top: 1), .silu, residual: true, batch: 2),
    .init(16, 11, 10, to: 7, kernel: 3, stride: 2, padding: .edges(left: 1), .gelu, threads: 2),
    .init(
      15, 12, 16, to: 17, kernel: 3, stride: 2, padding: .edges(bottom: 1), .tanh, residual: true, batch: 8, threads: 2),
    .init(16, 16, 12, to: 16, kernel: 3, stride: 2, padding: .edges(right: 1), .sigmoid, threads: 4),
    .init(17, 17, 15, to: 15, kernel: 3, stride: 2, padding: 1, residual: true, batch: 2, threads: 4),
    .init(31, 23, 24, to: 33, kernel: 3, stride: 2, padding: .same, .relu, residual: true, threads: 3),
    .init(32, 25, 20, to: 32, kernel: 3, stride: 2, padding: 1, .relu6, batch: 2, threads: 2),
    .init(20, 56, 57, to: 12, kernel: 3, stride: 2, padding: 1, leaky, residual: true, threads: 2),
    .init(6, 5, 33, to: 40, kernel: 3, stride: 2, padding: 1, .hardSigmoid, residual: true, batch: 8),
    .init(10, 4, 6, to: 11, kernel: 3, stride: 2, padding: 5, .relu, residual: true, batch: 2, threads: 3),
    .init(12, 14, 28, to: 10, kernel: 3, stride: 2, .gelu, residual: true, batch: 2, threads: 3),
    // Depth in parts, weights beyond the cache.
    .init(800, 6, 7, to: 9, kernel: 3, stride: 2, padding: 1, .relu, residual: true, threads: 2),
    .init(112, 14, 14, to: 64, kernel: 3, stride: 2, padding: .same, .silu, batch: 2, threads: 2),
    .init(128, 9, 9, to: 130, kernel: 3, stride: 2, padding: 1, .relu, residual: true, batch: 2, threads: 4),
  ]

  /// The network's own input, of 1 and 3 channels: also what the rows' transform takes, 3 or 4 taps in each phase.
  private static let planar: [ListedConvolution] = [
    .init(1, 3, 3, to: 1, kernel: 3, planar: true),
    .init(3, 8, 8, to: 16, kernel: 3, padding: 1, .relu, planar: true, batch: 2, threads: 2),
    .init(3, 7, 9, to: 17, kernel: 3, padding: 1, .relu6, planar: true, batch: 8, threads: 3),
    .init(1, 13, 12, to: 5, kernel: 3, padding: .edges(top: 1), leaky, planar: true, threads: 4),
    .init(3, 12, 13, to: 8, kernel: 3, padding: .edges(left: 1), .hardSwish, planar: true, batch: 2),
    .init(3, 11, 5, to: 9, kernel: 3, padding: .edges(bottom: 1), .hardSigmoid, planar: true, threads: 2),
    .init(1, 5, 11, to: 4, kernel: 3, padding: .edges(right: 1), .silu, planar: true, batch: 8, threads: 4),
    .init(3, 4, 21, to: 24, kernel: 4, padding: .same, .gelu, planar: true, threads: 3),
    .init(3, 6, 6, to: 7, kernel: 4, padding: 1, .tanh, planar: true, batch: 2, threads: 2),
    .init(3, 21, 22, to: 64, kernel: 7, stride: 2, padding: 3, .relu, planar: true, batch: 2, threads: 2),
    .init(3, 24, 23, to: 33, kernel: 7, stride: 2, padding: .same, .sigmoid, planar: true, threads: 4),
    .init(1, 9, 8, to: 15, kernel: 8, stride: 2, padding: 3, .relu6, planar: true, batch: 8),
    .init(3, 27, 31, to: 20, kernel: 11, stride: 4, padding: 2, .relu, planar: true, batch: 2, threads: 2),
    .init(3, 35, 40, to: 31, kernel: 11, stride: 4, .identity, planar: true, threads: 3),
    .init(3, 20, 25, to: 10, kernel: 5, stride: 2, padding: .same, .relu, planar: true, threads: 1),
    .init(1, 17, 19, to: 6, kernel: 6, stride: 2, padding: 2, leaky, planar: true, batch: 2, threads: 2),
    .init(3, 22, 20, to: 12, kernel: 7, stride: 3, padding: 2, .silu, planar: true, threads: 2),
    .init(3, 19, 30, to: 5, kernel: 9, stride: 3, padding: 8, .relu, planar: true, batch: 2, threads: 2),
    .init(
      3, 15, 16, to: 6, kernel: Size2D(height: 2, width: 3), stride: Size2D(height: 2, width: 1),
      padding: .edges(top: 1, right: 2), .relu6, planar: true, batch: 2, threads: 3),
    .init(
      1, 15, 18, to: 9, kernel: Size2D(height: 1, width: 5), stride: Size2D(height: 1, width: 2),
      padding: .edges(left: 2, bottom: 1), .gelu, planar: true),
    .init(3, 66, 150, to: 70, kernel: 3, padding: 1, .hardSwish, planar: true, threads: 2),
    // What no transform of rows takes.
    .init(3, 16, 17, to: 19, kernel: 3, stride: 2, padding: .same, .relu6, planar: true, batch: 2, threads: 2),
    .init(3, 9, 7, to: 18, kernel: 3, padding: 1, .relu, residual: true, planar: true, batch: 2, threads: 2),
    .init(1, 12, 12, to: 8, kernel: 3, padding: 2, dilation: 2, .tanh, residual: true, planar: true),
    .init(3, 6, 5, to: 20, kernel: 1, .relu, planar: true, batch: 8, threads: 3),
    // A single row, behind which kernels read on.
    .init(3, 1, 9, to: 6, kernel: Size2D(height: 1, width: 3), dilation: 2, planar: true, batch: 2),
    .init(1, 8, 9, to: 3, kernel: 1, stride: 2, .sigmoid, planar: true, batch: 2, threads: 2),
    .init(3, 10, 14, to: 11, kernel: 5, padding: 2, dilation: Size2D(height: 1, width: 2), planar: true),
    .init(5, 9, 8, to: 6, kernel: 5, padding: 1, .hardSigmoid, planar: true, batch: 2, threads: 2),
  ]

  private static let depthwise: [ListedConvolution] = [
    depthwise(2, 1, 1, kernel: 3, padding: 1),
    depthwise(3, 5, 4, kernel: 3, padding: 1, .relu, batch: 2, threads: 2),
    depthwise(4, 7, 7, kernel: 3, padding: 1, .relu6, batch: 8, threads: 3),
    depthwise(5, 8, 9, kernel: 3, stride: 2, padding: .same, leaky, threads: 4),
    depthwise(8, 24, 30, kernel: 3, padding: 1, .hardSwish, batch: 2),
    depthwise(9, 14, 14, kernel: 5, padding: 2, .hardSigmoid, threads: 2),
    depthwise(7, 13, 11, kernel: 5, stride: 2, padding: .same, .silu, batch: 8, threads: 4),
    depthwise(16, 9, 26, kernel: 3, padding: .edges(top: 1), .gelu, threads: 3),
    depthwise(15, 10, 8, kernel: 3, padding: .edges(left: 1), .tanh, batch: 2, threads: 2),
    depthwise(17, 6, 7, kernel: 3, padding: .edges(bottom: 1), .sigmoid),
    depthwise(31, 5, 25, kernel: 3, padding: .edges(right: 1), .relu6, batch: 2, threads: 3),
    depthwise(32, 15, 16, kernel: 3, stride: 2, padding: .edges(bottom: 1, right: 1), .relu6, threads: 2),
    depthwise(33, 12, 12, kernel: 3, stride: 3, padding: 1, .relu, threads: 2),
    depthwise(6, 9, 10, kernel: 3, stride: Size2D(height: 2, width: 1), padding: 1, leaky, batch: 2),
    depthwise(6, 9, 40, kernel: 3, stride: Size2D(height: 1, width: 3), padding: 2, .relu, threads: 2),
    depthwise(12, 11, 12, kernel: 3, padding: 2, dilation: 2, .hardSwish, batch: 2, threads: 4),
    depthwise(10, 14, 31, kernel: 3, padding: 3, dilation: Size2D(height: 3, width: 1), .silu),
    depthwise(13, 8, 8, kernel: 1, .relu, batch: 2),
    depthwise(20, 10, 9, kernel: Size2D(height: 1, width: 7), padding: .edges(left: 3, right: 3), .gelu, threads: 2),
    depthwise(20, 9, 10, kernel: Size2D(height: 7, width: 1), padding: .edges(top: 3, bottom: 3), threads: 3),
    depthwise(3, 2, 2, kernel: 3, padding: 4, .tanh, batch: 2),
    // Rows of one block in several tasks.
    depthwise(5, 100, 101, kernel: 5, padding: 2, .relu6, threads: 4),
    depthwise(144, 7, 7, kernel: 5, padding: 2, .sigmoid, batch: 8, threads: 4),
  ]

  private static func depthwise(
    _ channels: Int, _ height: Int, _ width: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding = 0,
    dilation: Size2D = 1, _ activation: Activation = .identity, batch: Int = 1, threads: Int = 1
  ) -> ListedConvolution {
    ListedConvolution(
      channels, height, width, to: channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: channels, activation, batch: batch, threads: threads)
  }

  private static let pointwise: [ListedConvolution] = [
    .init(1, 1, 1, to: 1, kernel: 1),
    .init(3, 4, 5, to: 7, kernel: 1, .relu, residual: true, batch: 2, threads: 2),
    .init(8, 7, 7, to: 16, kernel: 1, .hardSwish, batch: 8, threads: 3),
    .init(12, 3, 3, to: 20, kernel: 1, .hardSigmoid, threads: 4),
    .init(16, 9, 9, to: 15, kernel: 1, .silu, residual: true, batch: 2),
    .init(17, 1, 1, to: 33, kernel: 1, .gelu, batch: 8, threads: 2),
    .init(64, 14, 13, to: 48, kernel: 1, .tanh, residual: true, threads: 2),
    // Tiles that prefetch, from 128 inputs on.
    .init(128, 7, 7, to: 64, kernel: 1, .relu6, residual: true, batch: 2, threads: 2),
    .init(130, 11, 9, to: 70, kernel: 1, .sigmoid, threads: 3),
    // Two and more blocks of 256 positions; tiles of output channels that several threads share.
    .init(40, 17, 16, to: 256, kernel: 1, leaky, residual: true, batch: 2, threads: 2),
    .init(64, 7, 7, to: 288, kernel: 1, .relu, batch: 8, threads: 4),
    // Depth in parts, weights beyond the cache.
    .init(1000, 6, 5, to: 160, kernel: 1, .relu, residual: true, batch: 2, threads: 3),
    .init(6200, 2, 3, to: 5, kernel: 1, .relu6, residual: true, batch: 2, threads: 2),
  ]

  /// Single positions of the map, which are put together before they are read; padding behind them.
  private static let stridedPointwise: [ListedConvolution] = [
    .init(16, 1, 2, to: 40, kernel: 1, stride: 2, .relu, batch: 2, threads: 2),
    .init(5, 8, 9, to: 6, kernel: 1, stride: 2, leaky, residual: true, batch: 8, threads: 3),
    .init(64, 7, 8, to: 70, kernel: 1, stride: 3, residual: true, threads: 4),
    .init(200, 13, 14, to: 96, kernel: 1, stride: 2, .silu, batch: 2, threads: 2),
    .init(35, 14, 13, to: 12, kernel: 1, stride: Size2D(height: 1, width: 2), .gelu, threads: 2),
    .init(
      35, 8, 9, to: 40, kernel: 1, stride: 2, padding: .edges(bottom: 3, right: 4), .relu, batch: 2, threads: 2),
    .init(
      33, 8, 9, to: 17, kernel: 1, stride: 3, padding: .edges(bottom: 3, right: 4), .hardSwish, residual: true),
    .init(18, 6, 6, to: 9, kernel: 1, stride: 2, padding: 1, .relu6, batch: 2, threads: 3),
  ]

  private static let otherKernels: [ListedConvolution] = [
    .init(9, 10, 11, to: 12, kernel: 5, padding: 2, .relu, residual: true, batch: 2, threads: 2),
    .init(40, 9, 8, to: 40, kernel: 5, padding: 2, .relu6, residual: true, threads: 3),
    .init(17, 12, 9, to: 20, kernel: 2, stride: 2, leaky, batch: 2, threads: 2),
    .init(
      20, 17, 12, to: 24, kernel: Size2D(height: 1, width: 7), padding: .edges(left: 3, right: 3), .silu,
      residual: true, batch: 2, threads: 2),
    .init(
      20, 12, 17, to: 24, kernel: Size2D(height: 7, width: 1), padding: .edges(top: 3, bottom: 3), .gelu, threads: 4),
    .init(12, 13, 14, to: 16, kernel: 3, stride: 3, padding: 1, .relu, residual: true, batch: 8, threads: 2),
    .init(12, 13, 14, to: 6, kernel: 3, stride: Size2D(height: 2, width: 1), padding: 1, .tanh, threads: 2),
    .init(12, 9, 19, to: 11, kernel: 3, stride: Size2D(height: 1, width: 3), padding: 2, .relu, batch: 2),
    .init(16, 15, 13, to: 18, kernel: 3, padding: 2, dilation: 2, .sigmoid, residual: true, threads: 3),
    .init(
      7, 14, 16, to: 5, kernel: Size2D(height: 3, width: 2), padding: .same, dilation: Size2D(height: 1, width: 3),
      .hardSigmoid, batch: 2, threads: 4),
    .init(33, 7, 7, to: 34, kernel: 7, .hardSwish, batch: 8, threads: 3),
    .init(2, 6, 6, to: 3, kernel: 2, padding: .edges(top: 1, left: 1), residual: true),
  ]

  /// Groups of as many channels as 4, 8 and 16 lanes, or twice as many.
  private static let grouped: [ListedConvolution] = [
    .init(8, 5, 6, to: 8, kernel: 3, padding: 1, groups: 2, .relu, residual: true, batch: 2, threads: 2),
    .init(12, 7, 5, to: 24, kernel: 3, stride: 2, padding: .same, groups: 3, .silu, threads: 3),
    .init(16, 6, 6, to: 32, kernel: 1, groups: 2, .relu6, residual: true, batch: 2),
    .init(24, 9, 8, to: 24, kernel: 3, padding: 1, groups: 3, .hardSwish, residual: true, batch: 2, threads: 4),
    .init(32, 8, 8, to: 32, kernel: 3, padding: 1, groups: 2, .relu, residual: true, batch: 8, threads: 3),
    .init(64, 10, 9, to: 128, kernel: 5, padding: 2, groups: 2, leaky, residual: true, threads: 2),
    .init(64, 8, 9, to: 64, kernel: 1, stride: 2, groups: 4, .gelu, batch: 2, threads: 2),
    .init(48, 7, 6, to: 96, kernel: 3, padding: 2, dilation: 2, groups: 3, .tanh, residual: true, threads: 2),
  ]
}
