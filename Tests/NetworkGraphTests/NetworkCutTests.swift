import NetworkGraph
import Testing

@Suite struct NetworkCutTests {
  private static let relu = Operator.relu(ReLU())

  /// `a` feeds a residual block of `b` and `c`; `d` follows; nobody reads `unused`.
  private static func residual() throws -> Network {
    try Network(
      name: "residual", inputShape: TensorShape(channels: 4, height: 3, width: 3),
      nodes: [
        Node("a", .convolution(Convolution(outputChannels: 6, kernel: 1)), inputs: [Network.inputName]),
        Node("unused", relu, inputs: [Network.inputName]),
        Node("b", relu, inputs: ["a"]),
        Node("c", .add(Add()), inputs: ["a", "b"]),
        Node("d", .convolution(Convolution(outputChannels: 2, kernel: 3)), inputs: ["c"]),
      ], outputName: "d")
  }

  @Test("a network can be cut where no way leads past, but not inside of a residual block or behind the answer")
  func nodes() throws {
    #expect(try Self.residual().cutNodes == ["a", "c"])
  }

  @Test("a way around a later node makes an earlier one no cut")
  func wayAround() throws {
    let network = try Network(
      name: "around", inputShape: TensorShape([3]),
      nodes: [
        Node("a", Self.relu, inputs: [Network.inputName]), Node("b", Self.relu, inputs: ["a"]),
        Node("c", .add(Add()), inputs: ["b", Network.inputName]), Node("d", Self.relu, inputs: ["c"]),
      ])
    #expect(network.cutNodes == ["c"])
  }

  @Test("both parts are networks with the whole's layers, tensors and shapes")
  func parts() throws {
    let network = try Self.residual()
    let cut = try network.cut(behind: "c")
    #expect(cut.lower.nodes.map(\.name) == ["a", "b", "c"])
    #expect(cut.lower.inputShape == network.inputShape)
    #expect(cut.upper.inputShape == TensorShape(channels: 6, height: 3, width: 3))
    #expect(cut.upper.nodes == [Node("d", network.nodes[4].operator, inputs: [Network.inputName])])
    #expect(try cut.upper.inferShapes().output == network.inferShapes().output)
    #expect(try cut.lower.parameters() + cut.upper.parameters() == network.parameters())
    #expect(cut.sharedTensors.isEmpty)
  }

  @Test("a tensor that both parts use is told")
  func sharing() throws {
    let convolution = Operator.convolution(Convolution(outputChannels: 4, kernel: 1, hasBias: false))
    let network = try Network(
      name: "sharing", inputShape: TensorShape(channels: 4, height: 2, width: 2),
      nodes: [
        Node("a", convolution, inputs: [Network.inputName]),
        Node("b", convolution, inputs: ["a"], parameters: [.weight: "a.weight"]),
      ])
    #expect(try network.cut(behind: "a").sharedTensors == ["a.weight"])
  }

  @Test("elsewhere a cut is refused", arguments: ["b", "d", "nowhere", "unused"])
  func refusals(layer: String) throws {
    let error = #expect(throws: NetworkCutError.self) { try Self.residual().cut(behind: layer) }
    #expect("\(try #require(error))".contains("residual cannot be cut behind \(layer)"))
  }
}
