import Architectures
import Drawings
import Foundation
import FoundationXML
import NetworkAnalysis
import NetworkGraph
import Testing

@Suite("Pictures of networks")
struct NetworkDiagramTests {
  @Test(
    "no nodes overlap, and no edge leads through one", arguments: Architecture.all.map(\.name), Fold.allCases)
  func geometry(_ name: String, _ fold: Fold) throws {
    let folded = try FoldedNetwork(of: Architecture.named(name).network(), fold: fold)
    #expect(DiagramGeometry(NetworkDiagram(folded)).violations == [])
  }

  @Test("the numbers of the picture are those of the answer", arguments: ["alexnet", "resnet50", "googlenet"])
  func numbers(_ name: String) throws {
    let network = try Architecture.named(name).network()
    let summary = Dictionary(
      uniqueKeysWithValues: try NetworkSummary(of: network).layers.map { ($0.name, $0) })
    for fold in Fold.allCases {
      let diagram = NetworkDiagram(try FoldedNetwork(of: network, fold: fold))
      let drawn = PictureParts(diagram.picture.text)
      #expect(drawn.nodes.count == diagram.nodes.count)
      for (node, group) in zip(diagram.nodes, drawn.nodes) {
        #expect(group.id == node.node.id && group.layers == node.node.layers)
        guard !node.node.layers.isEmpty else { continue }
        let layers = node.node.layers.map { summary[$0]! }
        let exact = group.title.matches(of: /([0-9,]+) (parameters|multiply-accumulates|bytes)/).map {
          Int($0.1.filter { $0 != "," })!
        }
        #expect(
          exact == [
            layers.reduce(0) { $0 + $1.parameters }, layers.reduce(0) { $0 + $1.macs },
            layers.reduce(0) { $0 + $1.activationBytes },
          ])
        #expect(group.rectangle == [node.left, node.top, node.width, node.height])
      }
      let shapes = diagram.edges.map { $0.edge.shape.map(String.init).joined(separator: "\u{A0}×\u{A0}") }
      #expect(drawn.shapes == Set(shapes))
    }
  }

  @Test("names from files are escaped, and cannot end their element")
  func escaped() throws {
    let bad = "<script>alert(1)</script>\"'&\u{1B}"
    let network = try Network(
      name: bad, inputShape: TensorShape([3, 8, 8]),
      nodes: [Node(bad, .relu(ReLU()), inputs: ["input"]), Node(bad + "2", .add(Add()), inputs: [bad, "input"])])
    for fold in Fold.allCases {
      let text = NetworkDiagram(try FoldedNetwork(of: network, fold: fold)).picture.text
      #expect(XMLParser(data: Data(text.utf8)).parse())
      #expect(!text.contains("<script"))
    }
  }

  @Test("a picture is drawn as it was, to the byte", arguments: Golden.all)
  private func golden(_ golden: Golden) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/drawings/\(golden.name).svg")
    let drawn = try golden.draw().text
    if ProcessInfo.processInfo.environment["CONVSERVE_WRITE_GOLDENS"] != nil {
      try drawn.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(
      try drawn == String(contentsOf: url, encoding: .utf8),
      "after a change that is meant, look at the picture and run the test with CONVSERVE_WRITE_GOLDENS=1")
    #expect(XMLParser(data: Data(drawn.utf8)).parse())
    #expect(!drawn.contains("style=") && !drawn.contains("nan") && !drawn.contains("<script"))
    let sizes = drawn.matches(of: /font-size="([0-9.]+)"/).map { Double($0.1)! }
    #expect(sizes.allSatisfy { $0 >= 11 })
  }

  struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let draw: @Sendable () throws -> SVGDocument

    var testDescription: String { name }

    static let all = [
      Golden(name: "graph-resnet50") { try diagram("resnet50", .blocks) },
      Golden(name: "graph-resnet8-layers") { try diagram("resnet8", .none) },
      Golden(name: "profile-alexnet-vgg16") {
        let titled = ComparedProfile.Titled(try NetworkProfile(of: Architecture.named("vgg16").network()), "VGG-16")
        return ComparedProfile(
          try NetworkProfile(of: Architecture.named("alexnet").network()), title: "AlexNet", against: titled
        ).picture
      },
      Golden(name: "convolution") {
        let layer = Convolution(outputChannels: 4, kernel: 3, stride: 2, padding: 1, dilation: 2)
        return try CalculatorSetting.convolution(layer, input: TensorShape([3, 9, 12])).result().picture
      },
    ]

    private static func diagram(_ name: String, _ fold: Fold) throws -> SVGDocument {
      let architecture = try Architecture.named(name)
      return NetworkDiagram(
        try FoldedNetwork(of: architecture.network(), fold: fold), title: architecture.title
      ).picture
    }
  }
}

/// What must hold of the places in an answer.
struct DiagramGeometry {
  private(set) var violations: [String] = []

  init(_ diagram: NetworkDiagram) {
    let nodes = diagram.nodes
    let order = nodes.indices.sorted { nodes[$0].top < nodes[$1].top }
    for (place, one) in order.enumerated() {
      for other in order[(place + 1)...] {
        if nodes[other].top >= nodes[one].bottom { break }
        if nodes[one].left < nodes[other].right, nodes[other].left < nodes[one].right {
          violations.append("\(nodes[one].node.id) and \(nodes[other].node.id) overlap")
        }
      }
      let node = nodes[one]
      if node.left < 0 || node.top < 0 || node.right > diagram.width || node.bottom > diagram.height {
        violations.append("\(node.node.id) lies outside")
      }
    }
    let places = Dictionary(uniqueKeysWithValues: zip(nodes.map(\.node.id), nodes))
    for edge in diagram.edges { check(edge, places, nodes) }
  }

  private mutating func check(
    _ edge: NetworkDiagram.PlacedEdge, _ places: [String: NetworkDiagram.PlacedNode],
    _ nodes: [NetworkDiagram.PlacedNode]
  ) {
    let (from, to) = (places[edge.edge.from]!, places[edge.edge.to]!)
    guard let start = edge.points.first, let end = edge.points.last, edge.points.count > 1 else {
      violations.append("\(edge.edge) is not drawn")
      return
    }
    if start[1] != from.bottom || !(from.left..<from.right).contains(start[0]) { violations.append("\(edge) begins") }
    if end[1] != to.top || !(to.left..<to.right).contains(end[0]) { violations.append("\(edge) ends elsewhere") }
    for (one, other) in zip(edge.points, edge.points.dropFirst()) {
      if one[0] != other[0], one[1] != other[1] { violations.append("\(edge.edge) is slanted") }
      let (left, right) = (min(one[0], other[0]), max(one[0], other[0]))
      let (top, bottom) = (min(one[1], other[1]), max(one[1], other[1]))
      for node in nodes where node.bottom > top && left < node.right && right > node.left {
        // Level lines have no height, upright ones no width: their ends lie on the boxes' edges.
        let isThrough = top == bottom ? top > node.top : bottom > node.top
        if isThrough { violations.append("\(edge.edge) leads through \(node.node.id)") }
      }
    }
  }
}

extension NetworkDiagram.PlacedNode {
  fileprivate var right: Int { left + width }
  fileprivate var bottom: Int { top + height }
}

/// What a program finds in the picture.
private final class PictureParts: NSObject, XMLParserDelegate {
  struct Node {
    var id = ""
    var layers: [String] = []
    var title = ""
    var rectangle: [Int] = []
  }

  private(set) var nodes: [Node] = []
  private(set) var shapes: Set<String> = []
  private var text = ""
  private var isInNode = false
  private var isShape = false

  init(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    _ = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    text = ""
    isShape = attributes["class"] == "shape"
    if name == "g" {
      nodes.append(
        Node(
          id: attributes["data-node"] ?? "",
          layers: (attributes["data-layers"] ?? "").split(separator: " ").map(String.init)))
      isInNode = true
    }
    if name == "rect", attributes["class"] == "node-ground" {
      nodes[nodes.count - 1].rectangle = ["x", "y", "width", "height"].map { Int(attributes[$0] ?? "") ?? -1 }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "title", isInNode, nodes[nodes.count - 1].title.isEmpty { nodes[nodes.count - 1].title = text }
    if name == "text", isShape { shapes.insert(text) }
    if name == "g" { isInNode = false }
  }
}
