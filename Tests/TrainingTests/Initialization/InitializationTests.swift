import Architectures
import NetworkGraph
import Testing

@testable import Training

@Suite("Initialisation")
struct InitializationTests {
  /// Of one convolution with 64 channels in 4 groups, 96 out, 3x3, and one fully connected layer of 96 x 50.
  private static func network() throws -> Network {
    try Network(
      name: "drawn", inputShape: TensorShape(channels: 64, height: 8, width: 8),
      nodes: [
        Node(
          "conv", .convolution(Convolution(outputChannels: 96, kernel: 3, groups: 4)), inputs: [Network.inputName]),
        Node("bn", .batchNormalization(BatchNormalization()), inputs: ["conv"]),
        Node("slope", .prelu(PReLU()), inputs: ["bn"]),
        Node("pool", .globalAveragePooling(GlobalAveragePooling()), inputs: ["slope"]),
        Node("flatten", .flatten(Flatten()), inputs: ["pool"]),
        Node("fc", .fullyConnected(FullyConnected(outputFeatures: 50)), inputs: ["flatten"]),
      ])
  }

  struct Case: Sendable {
    let text: String
    /// Variances by definition; fan-in 144 and 96, fan-out 216 and 50.
    let convolution: Double
    let fullyConnected: Double
    /// Largest value, in deviations.
    let reach: ClosedRange<Double>
  }

  private static let normal = 3.3...6.0
  private static let uniform = 1.72...1.7321

  @Test(
    "mean, variance and reach are those of the definitions",
    arguments: [
      Case(text: "kaiming-normal", convolution: 2.0 / 144, fullyConnected: 2.0 / 96, reach: normal),
      Case(text: "kaiming-normal:fan-out", convolution: 2.0 / 216, fullyConnected: 2.0 / 50, reach: normal),
      Case(text: "kaiming-uniform", convolution: 2.0 / 144, fullyConnected: 2.0 / 96, reach: uniform),
      Case(text: "kaiming-uniform:fan-out", convolution: 2.0 / 216, fullyConnected: 2.0 / 50, reach: uniform),
      Case(text: "xavier-normal", convolution: 2.0 / 360, fullyConnected: 2.0 / 146, reach: normal),
      Case(text: "xavier-uniform", convolution: 2.0 / 360, fullyConnected: 2.0 / 146, reach: uniform),
      Case(text: "gaussian:0.02", convolution: 4e-4, fullyConnected: 4e-4, reach: normal),
      Case(text: "pytorch", convolution: 1.0 / 3 / 144, fullyConnected: 1.0 / 3 / 96, reach: uniform),
    ])
  func moments(example: Case) throws {
    let initialization = try #require(Initialization(example.text))
    let weights = try initialization.weights(for: Self.network(), seed: 5)
    for (name, variance) in [("conv.weight", example.convolution), ("fc.weight", example.fullyConnected)] {
      let values = weights[name]!.values.map(Double.init)
      let deviation = variance.squareRoot()
      let mean = values.reduce(0, +) / Double(values.count)
      let found = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      // Four deviations of the estimates from so many values.
      #expect(abs(mean) < 4 * deviation / Double(values.count).squareRoot(), "\(example.text) \(name)")
      #expect(abs(found / variance - 1) < 4 * (2 / Double(values.count)).squareRoot(), "\(example.text) \(name)")
      #expect(example.reach.contains(values.map(abs).max()! / deviation), "\(example.text) \(name)")
    }
  }

  @Test("batch normalisation starts as the identity, biases at zero, slopes at a quarter")
  func others() throws {
    let weights = try Initialization(.xavier(.normal)).weights(for: Self.network(), seed: 0).mapValues(\.values)
    #expect(weights["bn.weight"] == [Float](repeating: 1, count: 96))
    #expect(weights["bn.bias"] == [Float](repeating: 0, count: 96))
    #expect(weights["bn.running_mean"] == [Float](repeating: 0, count: 96))
    #expect(weights["bn.running_var"] == [Float](repeating: 1, count: 96))
    #expect(weights["slope.weight"] == [Float](repeating: 0.25, count: 96))
    #expect(weights["conv.bias"] == [Float](repeating: 0, count: 96))
    #expect(weights["fc.bias"] == [Float](repeating: 0, count: 50))
  }

  @Test("PyTorch's biases are uniform within the inverse root of the fan-in")
  func pytorchBiases() throws {
    let weights = try Initialization(.pytorch).weights(for: Self.network(), seed: 0).mapValues(\.values)
    #expect(weights["conv.bias"]!.allSatisfy { abs($0) <= 1.0 / 12 })
    #expect(weights["conv.bias"]!.contains { abs($0) > 0.9 / 12 })
  }

  @Test("a bias that is asked for is that of all layers, and zero is zero")
  func chosenBias() throws {
    let network = try Self.network()
    let weights = try #require(Initialization("kaiming-normal+bias:-10")).weights(for: network, seed: 5)
    #expect(weights["conv.bias"]!.values.allSatisfy { $0 == -10 })
    #expect(weights["bn.bias"]!.values.allSatisfy { $0 == -10 })
    #expect(
      weights["conv.weight"]!.values
        == (try Initialization(.kaiming(.normal, .in)).weights(for: network, seed: 5))["conv.weight"]!.values)
    let zero = try #require(Initialization("zero")).weights(for: network, seed: 5)
    #expect(zero["conv.weight"]!.values.allSatisfy { $0 == 0 } && zero["fc.weight"]!.values.allSatisfy { $0 == 0 })
    #expect(zero["bn.weight"]!.values.allSatisfy { $0 == 1 })
  }

  @Test(
    "text reads back as the same text",
    arguments: ["zero", "pytorch+bias:0.5", "xavier-normal+zero-last-scale+bias:-10", "gaussian:10"])
  func text(text: String) throws {
    #expect(Initialization(text)?.description == text)
  }

  @Test("values depend on the seed and the tensor's name alone")
  func seeds() throws {
    let initialization = Initialization(.kaiming(.normal, .in))
    let network = try Architecture.named("lenet5").network()
    let (one, other) = (
      try initialization.weights(for: network, seed: 1), try initialization.weights(for: network, seed: 2)
    )
    let again = try initialization.weights(for: Architecture.named("lenet5").network(numClasses: 7), seed: 1)
    #expect(one["c3.weight"]!.values == again["c3.weight"]!.values)
    #expect(one["c3.weight"]!.values != other["c3.weight"]!.values)
    #expect(one["c1.weight"]!.values.first != one["c3.weight"]!.values.first)
  }

  @Test(
    "the last scale of each residual block is found, and not that of a projection",
    arguments: [
      ("resnet20", 9, "layer1.0.bn2.weight"), ("resnet18", 8, "layer2.0.bn2.weight"),
      ("resnet50", 16, "layer1.0.bn3.weight"), ("mobilenet_v2", 10, "features.3.conv.3.weight"),
    ])
  func lastScales(name: String, count: Int, example: String) throws {
    let network = try Architecture.named(name).network()
    #expect(network.lastScales().count == count)
    #expect(network.lastScales().contains(example), "\(network.lastScales().sorted())")
    let weights = try Initialization(.kaiming(.normal, .out), zeroesLastScale: true).weights(for: network, seed: 0)
    #expect(weights[example]!.values.allSatisfy { $0 == 0 })
  }

  @Test("networks without residual blocks have no last scales", arguments: ["plain20", "vgg11_bn", "lenet5"])
  func noLastScales(name: String) throws {
    #expect(try Architecture.named(name).network().lastScales() == [])
  }

  @Test(
    "each kind of network has a recommended start",
    arguments: [
      ("lenet5", "xavier-uniform"), ("lenet5-relu", "kaiming-normal"),
      ("resnet20", "kaiming-normal:fan-out+zero-last-scale"), ("plain20", "kaiming-normal"),
    ])
  func recommended(name: String, text: String) throws {
    #expect(Initialization.recommended(for: try Architecture.named(name).network()).description == text)
    #expect(Initialization(text)?.description == text)
  }

  @Test(
    "other text is refused",
    arguments: [
      "", "he", "gaussian:0", "gaussian:x", "pytorch:fan-out", "+zero-last-scale", "zero:1",
      "pytorch+bias:", "pytorch+bias:x", "pytorch+bias:--1", "pytorch+bias:1+zero-last-scale",
    ])
  func refused(text: String) {
    #expect(Initialization(text) == nil)
  }
}
