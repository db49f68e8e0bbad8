import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: activations are fused into what comes before them")
struct FuseActivationsTests {
  @Test("convolutions, fully connected layers, scales, sums and products apply them as they store")
  func producers() throws {
    let network = try LoweredNetwork.lowered(TensorShape([3, 4, 4])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 3, kernel: 1)))
      net.append("relu6", .relu6(ReLU6()))
      net.append("bn", .batchNormalization(BatchNormalization()))
      net.append("silu", .silu(SiLU()))
      net.append("sum", .add(Add()), inputs: ["silu", "relu6"])
      net.append("gelu", .gelu(GELU()))
      net.append("product", .multiply(Multiply()), inputs: ["gelu", "silu"])
      net.append("swish", .hardSwish(HardSwish()))
      net.append("flat", .flatten(Flatten()))
      net.append("fc", .fullyConnected(FullyConnected(outputFeatures: 4)))
      net.append("sigmoid", .sigmoid(Sigmoid()))
    }
    #expect(
      fuseActivations(removeIdentities(network)).outline == [
        "relu6 = convolution, relu6 (input)", "silu = scale, silu (relu6)", "gelu = add, gelu (silu, relu6)",
        "swish = multiply, hardSwish (gelu, silu)", "sigmoid = fully connected, sigmoid (swish)",
      ])
  }

  @Test("those after a layer that something else reads, after one that has one, or after a pooling, stay")
  func unfusable() throws {
    let network = try LoweredNetwork.lowered(TensorShape([3, 4, 4])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 3, kernel: 1)))
      net.append("relu", .relu(ReLU()))
      net.append("sum", .add(Add()), inputs: ["conv", "relu"])
      net.append("tanh", .tanh(Tanh()))
      net.append("second", .sigmoid(Sigmoid()))
      net.append("pool", .maxPooling(MaxPooling(kernel: 2)))
      net.append("third", .relu(ReLU()))
    }
    #expect(
      fuseActivations(network).outline == [
        "conv = convolution (input)", "relu = relu (conv)", "tanh = add, tanh (conv, relu)",
        "second = sigmoid (tanh)", "pool = max pooling (second)", "third = relu (pool)",
      ])
  }

  @Test("an answer that is read no more keeps its name")
  func output() throws {
    let network = try LoweredNetwork.lowered(TensorShape([3, 4, 4])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 3, kernel: 1)))
      net.append("relu", .relu(ReLU()))
    }
    let passed = fuseActivations(network)
    #expect(passed.outputName == "relu")
    #expect(passed.outline == ["relu = convolution, relu (input)"])
  }
}
