import Architectures
import Foundation
import NetworkGraph
import TestSupport
import Testing

/// The plain reference is what engines are compared with, so it is compared with PyTorch itself:
/// `python3 Tests/Goldens/architectures/values.py` writes `values.json` anew.
@Suite("The plain reference against PyTorch")
struct PlainReferenceTests {
  private static let expected: [String: [Float]] = {
    let file = Checkout.root.appending(path: "Tests/Goldens/architectures/values.json")
    return try! JSONDecoder().decode([String: [Float]].self, from: Data(contentsOf: file))
  }()

  private static let inputShape = TensorShape([6, 3, 4])

  /// Networks by the names of `values.py`; the last layer is the operator in question, and called `layer`.
  private static let networks: [String: NetworkBuilder] = {
    var networks: [String: NetworkBuilder] = [
      "multiply": halves(.multiply(Multiply()), ["first", "second"])
    ]
    let elementwise: [Operator] = [
      .relu(ReLU()), .relu6(ReLU6()), .leakyReLU(LeakyReLU(negativeSlope: 0.125)), .hardSwish(HardSwish()),
      .hardSigmoid(HardSigmoid()), .silu(SiLU()), .gelu(GELU()), .tanh(Tanh()), .sigmoid(Sigmoid()),
      .softmax(Softmax()), .prelu(PReLU()),
    ]
    for layer in elementwise { networks[layer.name] = single(layer) }
    networks["prelu shared"] = single(.prelu(PReLU(isShared: true)))
    for groups in [2, 3] {
      networks["channel_shuffle \(groups)"] = single(.channelShuffle(ChannelShuffle(groups: groups)))
    }
    networks["channel_slice"] = single(.channelSlice(ChannelSlice(start: 1, count: 4)))
    for (axis, name) in [(1, "channels"), (2, "height"), (3, "width")] {
      networks["concatenate \(name)"] = halves(.concatenate(Concatenate(axis: axis)), ["second", "first"])
    }
    networks["multiply map, factors"] = gated(["input", "factors"])
    networks["multiply factors, map"] = gated(["factors", "input"])
    return networks
  }()

  private static func single(_ layer: Operator) -> NetworkBuilder {
    var net = NetworkBuilder()
    net.append("layer", layer)
    return net
  }

  private static func halves(_ layer: Operator, _ inputs: [String]) -> NetworkBuilder {
    var net = NetworkBuilder()
    net.append("first", .channelSlice(ChannelSlice(start: 0, count: 3)))
    net.append("second", .channelSlice(ChannelSlice(start: 3, count: 3)), inputs: [Network.inputName])
    net.append("layer", layer, inputs: inputs)
    return net
  }

  private static func gated(_ inputs: [String]) -> NetworkBuilder {
    var net = NetworkBuilder()
    net.append("factors", .globalAveragePooling(GlobalAveragePooling()))
    net.append("layer", .multiply(Multiply()), inputs: inputs)
    return net
  }

  @Test("every case of values.py is one of ours")
  func complete() {
    #expect(Set(Self.expected.keys) == Set(Self.networks.keys))
  }

  @Test("gives PyTorch's values", arguments: expected.keys.sorted())
  func values(name: String) throws {
    let network = try #require(Self.networks[name]).network(name: name, inputShape: Self.inputShape)
    let input = SeededWeights.input(count: Self.inputShape.elementsPerSample).map { $0 * 5 }
    let weights = try SeededWeights.make(for: network)
    let output = try PlainReference(network: network, weights: weights).run(input)
    let expected = try #require(Self.expected[name])
    #expect(output.count == expected.count)
    for (index, pair) in zip(output, expected).enumerated() {
      #expect(abs(pair.0 - pair.1) <= 1e-6 * max(1, abs(pair.1)), "\(name), value \(index)")
    }
  }

  @Test("layers that share a tensor compute with the same values")
  func shared() throws {
    var net = NetworkBuilder()
    net.append("first", .prelu(PReLU()))
    net.append("second", .prelu(PReLU()), parameters: [.weight: "first.weight"])
    let network = try net.network(name: "net", inputShape: TensorShape([2, 1, 1]))
    let weights = ["first.weight": WeightTensor(shape: [2], values: [0.5, 3])]
    try network.validate(weights)
    #expect(try PlainReference(network: network, weights: weights).run([-1, -2]) == [-0.25, -18])
  }
}
