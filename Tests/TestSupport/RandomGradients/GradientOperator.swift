/// The kinds of layers whose gradients are checked on drawn shapes.
public enum GradientOperator: String, CaseIterable, Sendable {
  case convolution, convolution3x3, pointwiseConvolution, depthwiseConvolution, fullyConnected
  case maxPooling, averagePooling, adaptiveAveragePooling, globalAveragePooling
  case batchNormalization, frozenBatchNormalization
  /// Batch normalisation, the sum with what came before it, and ReLU: what a residual block ends with.
  case normalizedSum
  case localResponseNormalization
  case relu, relu6, leakyReLU, prelu, hardSwish, hardSigmoid, silu, gelu, tanh, sigmoid, softmax
  case add, multiply, concatenate, channelPadding, channelShuffle, channelSlice, flatten
}
