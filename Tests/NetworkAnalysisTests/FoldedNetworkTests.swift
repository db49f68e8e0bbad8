import Architectures
import NetworkAnalysis
import NetworkGraph
import Testing

@Suite("Folded networks")
struct FoldedNetworkTests {
  private static func folded(_ name: String, _ fold: Fold = .blocks) throws -> FoldedNetwork {
    try FoldedNetwork(of: Architecture.named(name).network(), fold: fold)
  }

  @Test(
    "every layer is in one node, and the nodes' counts add up to the network's",
    arguments: Architecture.all.map(\.name), Fold.allCases)
  func complete(_ name: String, _ fold: Fold) throws {
    let network = try Architecture.named(name).network()
    let (folded, summary) = (try FoldedNetwork(of: network, fold: fold), try NetworkSummary(of: network))
    #expect(folded.nodes.flatMap(\.layers).sorted() == network.nodes.map(\.name).sorted())
    #expect(folded.nodes.reduce(0) { $0 + $1.parameters } == summary.totals.parameters)
    #expect(folded.nodes.reduce(0) { $0 + $1.macs } == summary.totals.macs)
    #expect(folded.nodes.reduce(0) { $0 + $1.activationBytes } == summary.totals.activationBytes)
    #expect(folded.nodes.first?.kind == .input && folded.nodes.last?.kind == .output)
    #expect(Set(folded.nodes.map(\.id)).count == folded.nodes.count)
    let places = Dictionary(uniqueKeysWithValues: zip(folded.nodes.map(\.id), 0...))
    #expect(folded.edges.allSatisfy { places[$0.from]! < places[$0.to]! })
    let fields = Dictionary(uniqueKeysWithValues: summary.layers.map { ($0.name, $0.receptiveField) })
    for node in folded.nodes where !node.layers.isEmpty {
      #expect(node.receptiveField == fields[node.layers.last!], "\(node.id)")
      #expect(node.layers.count % node.repeats == 0)
    }
    // A node gives what those behind it are given.
    for edge in folded.edges { #expect(folded.nodes[places[edge.from]!].outputShape == edge.shape, "\(edge)") }
  }

  @Test("layer by layer, there is a node for each, and an edge for each input")
  func unfolded() throws {
    let network = try Architecture.named("googlenet").network()
    let folded = try FoldedNetwork(of: network, fold: .none)
    #expect(folded.nodes.count == network.nodes.count + 2)
    #expect(folded.edges.count == network.nodes.reduce(1) { $0 + $1.inputs.count })
  }

  /// Name, times, and the first word of the label.
  private static func outline(_ name: String) throws -> [String] {
    try folded(name).nodes.filter { $0.kind == .block || $0.kind == .stage }.map { node in
      "\(node.name) \(node.repeats) \(node.label.prefix { $0 != ":" })"
    }
  }

  @Test("the blocks of ResNet-50 are those of the paper, the first of each stage by itself")
  func resNet() throws {
    #expect(
      try Self.outline("resnet50") == [
        "layer1.0 1 residual", "layer1.1–2 2 residual", "layer2.0 1 residual", "layer2.1–3 3 residual",
        "layer3.0 1 residual", "layer3.1–5 5 residual", "layer4.0 1 residual", "layer4.1–2 2 residual",
      ])
    let nodes = try Self.folded("resnet50").nodes
    #expect(nodes.map(\.kind).filter { $0 == .layer }.count == 4, "stem, pooling, pooling and the classifier")
    #expect(nodes[1].label == "7x7 conv, 64, /2 + BN + ReLU")
    #expect(nodes[3].label == "residual: 1x1, 64 · 3x3, 64 · 1x1, 256 (shortcut 1x1)")
    #expect(nodes[4].label == "residual: 1x1, 64 · 3x3, 64 · 1x1, 256")
  }

  @Test("ResNet-152 has as few nodes as ResNet-50")
  func deep() throws {
    let (deep, shallow) = (try Self.folded("resnet152"), try Self.folded("resnet50"))
    #expect(deep.nodes.count == shallow.nodes.count)
    #expect(deep.nodes.map(\.repeats).max() == 35)
  }

  @Test("an inception module is one node")
  func inception() throws {
    let names = try Self.folded("googlenet").nodes.filter { $0.kind == .block }.map(\.name)
    #expect(names == ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"].map { "inception\($0)" })
    let label = try Self.folded("googlenet-original").nodes.first { $0.kind == .block }!.label
    #expect(label == "branches: 1x1 | 1x1 3x3 | 1x1 5x5 | max 1x1")
  }

  @Test("a fire module is one node, its squeeze layer included")
  func fire() throws {
    let nodes = try Self.folded("squeezenet1_1").nodes.filter { $0.kind == .block }
    #expect(nodes.map(\.name) == [3, 4, 6, 7, 9, 10, 11, 12].map { "features.\($0)" })
    #expect(nodes[0].label == "branches: 1x1, 16, then 1x1 | 3x3")
    #expect(nodes[0].layers.count == 7)
  }

  @Test("a dense block is one node, the transition behind it another")
  func dense() throws {
    let nodes = try Self.folded("densenet121").nodes.filter { $0.kind == .block }
    #expect(
      nodes.map(\.name) == [
        "features.denseblock1", "features.transition1", "features.denseblock2", "features.transition2",
        "features.denseblock3", "features.transition3", "features.denseblock4",
      ])
    #expect(nodes[0].label == "dense: 6 layers, +32 channels each: 1x1 3x3")
    #expect(nodes[0].outputShape == [256, 56, 56])
  }

  @Test(
    "blocks without a shortcut are blocks among those with one",
    arguments: ["mobilenet_v2", "efficientnet_b0", "mnasnet1_0"])
  func chains(_ name: String) throws {
    let network = try Architecture.named(name).network()
    let nodes = try Self.folded(name).nodes
    // A stem of up to three layers, blocks, and a head of three.
    #expect(nodes.filter { $0.kind == .layer }.count <= 6)
    let depthwise = network.nodes.filter {
      if case .convolution(let convolution) = $0.operator { convolution.groups > 1 } else { false }
    }
    let blocks = nodes.filter { $0.kind != .layer }.flatMap(\.layers)
    let outside = depthwise.filter { !blocks.contains($0.name) }
    #expect(outside.count <= (name == "mnasnet1_0" ? 1 : 0), "\(outside.map(\.name))")
  }

  @Test("plain layers in a row that are equal are one node")
  func plain() throws {
    let stages = try Self.folded("plain34").nodes.filter { $0.kind == .stage }
    #expect(stages.map(\.repeats) == [6, 7, 11, 5])
    #expect(try Self.folded("vgg16").nodes.filter { $0.kind == .stage }.map(\.repeats) == [2, 2, 3])
  }

  @Test("a network that is one large block is not one node")
  func whole() throws {
    var net = NetworkBuilder()
    net.append("first", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1)))
    for index in 0..<8 {
      net.append("conv\(index)", .convolution(Convolution(outputChannels: 8, kernel: 3, padding: 1)))
    }
    net.append("sum", .add(Add()), inputs: ["first", net.current])
    let network = try net.network(name: "skip", inputShape: TensorShape([3, 16, 16]))
    let nodes = try FoldedNetwork(of: network, fold: .blocks).nodes
    #expect(nodes.map(\.name) == ["input", "first", "conv0–7", "sum", "output"])
    #expect(nodes[2].repeats == 8)
  }

  @Test("layers that nothing takes, and one that is called output, are drawn as the others are")
  func loose() throws {
    let relu = Operator.relu(ReLU())
    let network = try Network(
      name: "loose", inputShape: TensorShape([3, 8, 8]),
      nodes: [
        Node("a", relu, inputs: ["input"]), Node("output", relu, inputs: ["a"]), Node("b", relu, inputs: ["a"]),
        Node("both", .add(Add()), inputs: ["a", "a"]),
      ], outputName: "b")
    for fold in Fold.allCases {
      let folded = try FoldedNetwork(of: network, fold: fold)
      #expect(folded.nodes.flatMap(\.layers).sorted() == ["a", "b", "both", "output"])
      #expect(folded.nodes.last?.id == "output_")
      let diagram = NetworkDiagram(folded)
      #expect(DiagramGeometry(diagram).violations == [])
    }
  }
}
