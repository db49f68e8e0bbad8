import NetworkGraph
import Testing

@testable import InferenceRuntime

@Suite("Pass: identities are removed")
struct RemoveIdentitiesTests {
  @Test("readers of a dropout or of a flattened map read what those read")
  func readers() throws {
    let network = try LoweredNetwork.lowered(TensorShape([3, 4, 4])) { net in
      net.append("conv", .convolution(Convolution(outputChannels: 2, kernel: 1)))
      net.append("drop", .dropout(Dropout()))
      net.append("again", .dropout(Dropout()))
      net.append("sum", .add(Add()), inputs: ["drop", "again"])
      net.append("flat", .flatten(Flatten()))
      net.append("fc", .fullyConnected(FullyConnected(outputFeatures: 5)))
    }
    let passed = removeIdentities(network)
    #expect(
      passed.outline == ["conv = convolution (input)", "sum = add (conv, conv)", "fc = fully connected (sum)"])
    #expect(passed.outputName == "fc")
  }

  @Test("where the last layer is one, the answer is what it reads")
  func output() throws {
    let network = try LoweredNetwork.lowered(TensorShape([3, 4, 4])) { net in
      net.append("relu", .relu(ReLU()))
      net.append("flat", .flatten(Flatten()))
      net.append("drop", .dropout(Dropout()))
    }
    let passed = removeIdentities(network)
    #expect(passed.outline == ["relu = relu (input)"])
    #expect(passed.outputName == "relu")
  }

  @Test("a network of nothing else answers with its input")
  func nothingElse() throws {
    let network = try LoweredNetwork.lowered(TensorShape([6])) { $0.append("drop", .dropout(Dropout())) }
    let passed = removeIdentities(network)
    #expect(passed.layers.isEmpty)
    #expect(passed.outputName == Network.inputName)
  }
}
