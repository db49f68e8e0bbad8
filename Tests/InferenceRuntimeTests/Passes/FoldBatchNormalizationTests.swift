import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: batch normalisation is folded into convolutions")
struct FoldBatchNormalizationTests {
  @Test("kernels are multiplied by the scale, the bias is scaled and shifted, channel by channel")
  func values() throws {
    let convolution = Convolution(outputChannels: 2, kernel: 1)
    let network = Self.network([
      ("conv", .convolution(Self.lowered(convolution, weights: [1, 2, 3, 4], bias: [10, 20])), ["input"]),
      ("bn", .scaleAndShift(scale: [2, -1], shift: [5, 6], .identity), ["conv"]),
    ])
    let passed = foldBatchNormalization(network)
    #expect(passed.outline == ["bn = convolution (input)"])
    let folded = try #require(passed.layers[0].convolution)
    #expect(folded.weights.values == [2, 4, -3, -4])
    #expect(folded.weights.shape == [2, 2, 1, 1])
    #expect(folded.bias == [25, -14])
  }

  @Test("what the normalisation applies, the convolution then does")
  func activation() throws {
    let convolution = Convolution(outputChannels: 2, kernel: 1)
    let network = Self.network([
      ("conv", .convolution(Self.lowered(convolution, weights: [1, 2, 3, 4], bias: [0, 0])), ["input"]),
      ("bn", .scaleAndShift(scale: [1, 1], shift: [0, 0], .silu), ["conv"]),
    ])
    #expect(foldBatchNormalization(network).outline == ["bn = convolution, silu (input)"])
  }

  @Test("a convolution that something else reads, or that has an activation or a residual, stays as it is")
  func unfoldable() throws {
    let convolution = Convolution(outputChannels: 2, kernel: 1)
    let plain = Self.lowered(convolution, weights: [1, 2, 3, 4], bias: [0, 0])
    var active = plain
    active.activation = .relu
    var residual = plain
    residual.residualInput = 1
    let scale = LoweredOperation.scaleAndShift(scale: [1, 1], shift: [0, 0], .identity)
    for network in [
      Self.network([
        ("conv", .convolution(plain), ["input"]), ("bn", scale, ["conv"]), ("sum", .add(.identity), ["conv", "bn"]),
      ]),
      Self.network([("conv", .convolution(active), ["input"]), ("bn", scale, ["conv"])]),
      Self.network([("conv", .convolution(residual), ["input", "input"]), ("bn", scale, ["conv"])]),
      Self.network([("pool", .maxPooling(MaxPooling(kernel: 1)), ["input"]), ("bn", scale, ["pool"])]),
    ] {
      #expect(foldBatchNormalization(network).outline == network.outline)
    }
  }

  @Test("several in a row are all folded")
  func chain() throws {
    let network = try LoweredNetwork.lowered(TensorShape([3, 4, 4])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 2, kernel: 3)))
      net.append("bn1", .batchNormalization(BatchNormalization()))
      net.append("bn2", .batchNormalization(BatchNormalization()))
      net.append("relu", .relu(ReLU()))
      net.append("bn3", .batchNormalization(BatchNormalization()))
    }
    #expect(
      foldBatchNormalization(network).outline == [
        "bn2 = convolution (input)", "relu = relu (bn2)", "bn3 = scale (relu)",
      ])
  }

  private static func lowered(_ convolution: Convolution, weights: [Float], bias: [Float]) -> LoweredConvolution {
    LoweredConvolution(
      convolution: convolution, weights: WeightTensor(shape: [2, 2, 1, 1], values: weights), bias: bias)
  }

  /// Layers on maps of 2 x 3 x 3.
  private static func network(_ layers: [(String, LoweredOperation, [String])]) -> LoweredNetwork {
    let shape = TensorShape([2, 3, 3])
    return LoweredNetwork(
      inputShape: shape,
      layers: layers.map { name, operation, inputs in
        LoweredLayer(
          name: name, operation: operation, inputs: inputs, inputShapes: inputs.map { _ in shape }, outputShape: shape)
      }, outputName: layers.last!.0)
  }
}
