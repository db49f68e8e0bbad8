import NetworkGraph
import Testing

@Suite("Networks")
struct NetworkTests {
  private func network(_ nodes: [Node], input: [Int] = [3, 8, 8]) throws -> Network {
    try Network(name: "net", inputShape: TensorShape(input), nodes: nodes)
  }

  @Test("a network without layers is refused")
  func empty() {
    #expect(throws: NetworkError.empty(network: "net")) { try network([]) }
  }

  @Test("two layers of one name are refused")
  func duplicate() {
    let nodes = ["a", "a"].map { Node($0, .relu(ReLU()), inputs: ["input"]) }
    #expect(throws: NetworkError.duplicateLayer(network: "net", layer: "a")) { try network(nodes) }
  }

  @Test("a layer must not take a later one, nor itself", arguments: ["b", "a"])
  func order(source: String) {
    let nodes = [Node("a", .relu(ReLU()), inputs: [source]), Node("b", .relu(ReLU()), inputs: ["input"])]
    let error = NetworkError.unknownInput(network: "net", layer: "a", input: source)
    #expect(throws: error) { try network(nodes) }
    #expect(error.description == "net: layer a takes \(source), which no earlier layer is named")
  }

  @Test("an output that no layer is named is refused")
  func output() {
    #expect(throws: NetworkError.self) {
      try Network(
        name: "net", inputShape: TensorShape([3, 8, 8]), nodes: [Node("a", .relu(ReLU()), inputs: ["input"])],
        outputName: "b")
    }
  }

  @Test("an impossible shape names the network, the layer, its input and the rule")
  func impossible() throws {
    let convolution = Convolution(outputChannels: 4, kernel: 9)
    let broken = try network([Node("conv", .convolution(convolution), inputs: ["input"])])
    let error = #expect(throws: ShapeError.self) { try broken.inferShapes() }
    #expect(
      error?.description == "net: layer conv (convolution) cannot take input of shape 3x8x8: "
        + "the window's height 9 must not exceed the padded input's height 8")
  }

  @Test(
    "extreme inputs throw, and never trap",
    arguments: [
      [], [0], [-1, 8, 8], [3, 0, 8], [Int.max, Int.max, Int.max], [Int.min, 1, 1], [16_385, 1, 1],
      [16_384, 16_384, 16_384], [16_384, 16_384, 16_384, 16_384, 16_384, 16_384],
    ])
  func extremeInputs(shape: [Int]) throws {
    let relu = try network([Node("relu", .relu(ReLU()), inputs: ["input"])])
    #expect(throws: ShapeError.self) { try relu.inferShapes(input: TensorShape(shape)) }
    #expect(throws: ShapeError.self) { try relu.inferShapes(input: TensorShape(batch: Int.max, [3, 8, 8])) }
    #expect(throws: ShapeError.self) { try relu.inferShapes(input: TensorShape(batch: 0, [3, 8, 8])) }
  }

  @Test("layers that blow a map up are stopped before their size overflows")
  func growth() throws {
    let nodes = (0..<9).map { index in
      Node(
        "pool\(index)", .adaptiveAveragePooling(AdaptiveAveragePooling(outputSize: 16_384)),
        inputs: [index == 0 ? "input" : "pool\(index - 1)"])
    }
    let growing = try network(nodes, input: [16_384, 1, 1])
    let error = #expect(throws: ShapeError.self) { try growing.inferShapes() }
    #expect(error?.rule == "the output shape 16384x16384x16384 holds more than the accepted 68719476736 values")
  }

  @Test("branches start where the builder resumes")
  func branches() throws {
    var builder = NetworkBuilder()
    let stem = builder.append("stem", .relu(ReLU()))
    let left = builder.append("left", .tanh(Tanh()))
    builder.resume(from: stem)
    let right = builder.append("right", .sigmoid(Sigmoid()))
    builder.append("join", .concatenate(Concatenate()), inputs: [left, right])
    let built = try builder.network(name: "net", inputShape: TensorShape([3, 8, 8]))
    #expect(built.nodes.map(\.inputs) == [["input"], ["stem"], ["stem"], ["left", "right"]])
    #expect(try built.inferShapes().output == TensorShape([6, 8, 8]))
  }

  @Test("weights that do not fit are all named at once")
  func mismatch() throws {
    let layer = FullyConnected(outputFeatures: 2)
    let net = try network([Node("fc", .fullyConnected(layer), inputs: ["input"])], input: [3])
    let weights: Weights = [
      "fc.weight": WeightTensor(shape: [2, 2], values: [1, 2, 3, 4]),
      "extra": WeightTensor(shape: [1], values: [1]),
    ]
    let error = #expect(throws: WeightMismatch.self) { try net.validate(weights) }
    #expect(error?.missing.map(\.name) == ["fc.bias"])
    #expect(error?.surplus == ["extra"])
    #expect(error?.misshapen.map(\.expected) == [[2, 3]])
    let fitting: Weights = [
      "fc.weight": WeightTensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]),
      "fc.bias": WeightTensor(shape: [2], values: [1, 2]),
    ]
    try net.validate(fitting)
  }

  private func pair(first: Int, second: Int, _ parameters: [ParameterRole: String]) throws -> Network {
    try network(
      [
        Node("a", .fullyConnected(FullyConnected(outputFeatures: first)), inputs: ["input"]),
        Node(
          "b", .fullyConnected(FullyConnected(outputFeatures: second, hasBias: false)), inputs: ["a"],
          parameters: parameters),
      ], input: [3])
  }

  @Test("tensors are named after the layer and the role, or as the layer says")
  func tensorNames() throws {
    let named = Node(
      "bn", .batchNormalization(BatchNormalization()), inputs: ["input"], parameters: [.runningMean: "means"])
    #expect(ParameterRole.allCases.map(named.tensorName) == ["bn.weight", "bn.bias", "means", "bn.running_var"])
    #expect(try network([named]).parameters().map(\.name) == ["bn.weight", "bn.bias", "means", "bn.running_var"])
    #expect(
      try network([named]).parameters().map(\.role.kind) == [.weight, .bias, .statistic, .statistic])
  }

  @Test("a tensor that two layers share is declared once, with the first of them")
  func sharedTensor() throws {
    let shared = try pair(first: 3, second: 3, [.weight: "a.weight"])
    #expect(try shared.parameters().map(\.name) == ["a.weight", "a.bias"])
    let byLayer = try shared.parametersByLayer(shapes: shared.inferShapes())
    #expect(byLayer.map { $0.map(\.name) } == [["a.weight", "a.bias"], []])
    try shared.validate([
      "a.weight": WeightTensor(shape: [3, 3], values: [Float](repeating: 1, count: 9)),
      "a.bias": WeightTensor(shape: [3], values: [1, 2, 3]),
    ])
  }

  @Test("layers that need a tensor in different shapes cannot share it")
  func disagreement() throws {
    let network = try pair(first: 3, second: 4, [.weight: "a.weight"])
    let error = #expect(throws: ShapeError.self) { try network.parameters() }
    #expect(
      error?.description == "net: layer b (fully_connected) cannot take input of shape 3: "
        + "needs a.weight in shape [4, 3], but layer a in shape [3, 3]")
  }

  @Test("a tensor for a role that the operator does not have is refused")
  func foreignRole() throws {
    let network = try pair(first: 3, second: 3, [.bias: "a.bias"])
    let error = #expect(throws: ShapeError.self) { try network.parameters() }
    #expect(error?.rule == "names a tensor for bias; accepted: weight")
    let relu = try self.network([Node("a", .relu(ReLU()), inputs: ["input"], parameters: [.weight: "w"])])
    #expect(throws: ShapeError.self) { try relu.validate([:]) }
  }
}
