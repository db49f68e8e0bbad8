import Drawings
import NetworkGraph

/// A folded network with the places of its nodes: what the graph's picture shows, as numbers.
public struct NetworkDiagram: Encodable, Hashable, Sendable {
  public let network: FoldedNetwork
  private let flow: FlowDiagram

  /// - Parameter title: how people write the network; its own name where not given.
  public init(_ network: FoldedNetwork, title: String? = nil) {
    self.network = network
    flow = network.diagram(title: title ?? network.name)
  }

  public var width: Int { Int(flow.layout.width) }
  public var height: Int { Int(flow.layout.height) }

  /// A node and where it lies, in pixels of the picture.
  public struct PlacedNode: Encodable, Hashable, Sendable {
    public let node: FoldedNode
    public let left: Int
    public let top: Int
    public let width: Int
    public let height: Int

    enum CodingKeys: String, CodingKey { case left, top, width, height }

    public func encode(to encoder: any Encoder) throws {
      try node.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(left, forKey: .left)
      try container.encode(top, forKey: .top)
      try container.encode(width, forKey: .width)
      try container.encode(height, forKey: .height)
    }
  }

  /// An edge and the points that it is drawn through, `[x, y]` each.
  public struct PlacedEdge: Encodable, Hashable, Sendable {
    public let edge: FoldedEdge
    public let points: [[Int]]

    enum CodingKeys: String, CodingKey { case points }

    public func encode(to encoder: any Encoder) throws {
      try edge.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(points, forKey: .points)
    }
  }

  public var nodes: [PlacedNode] {
    network.nodes.indices.map { index in
      let (corner, size) = (flow.layout.corners[index], FlowDiagram.size(of: flow.boxes[index], network.fold.style))
      return PlacedNode(
        node: network.nodes[index], left: Int(corner.x), top: Int(corner.y), width: Int(size.width),
        height: Int(size.height))
    }
  }

  public var edges: [PlacedEdge] {
    zip(network.edges, flow.layout.routes).map { edge, route in
      PlacedEdge(edge: edge, points: route.map { [Int($0.x), Int($0.y)] })
    }
  }

  enum CodingKeys: String, CodingKey {
    case edges, fold, height
    case inputShape = "input_shape"
    case name, nodes, totals, width
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(edges, forKey: .edges)
    try container.encode(network.fold, forKey: .fold)
    try container.encode(height, forKey: .height)
    try container.encode(network.inputShape, forKey: .inputShape)
    try container.encode(network.name, forKey: .name)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(network.totals, forKey: .totals)
    try container.encode(width, forKey: .width)
  }
}

extension NetworkDiagram: PicturedReport {
  public var picture: SVGDocument { flow.document }

  public var sections: [ReportSection] {
    [
      ReportSection(
        heading: "\(network.name): input \(NumberFormat.shape(network.inputShape)), batch \(network.totals.batch)",
        table: Table(columns: FoldedNode.columns, rows: network.nodes.map(\.cells)), remarks: network.totals.remarks)
    ]
  }
}

extension FoldedNode {
  fileprivate static let columns: [Table.Column] = [
    .init("Node", "name", .left),
    .init("Id", "id", .left, isForProgramsOnly: true),
    .init("Kind", "kind", .left, isForProgramsOnly: true),
    .init("Times", "repeat", dispensability: 5),
    .init("What", "label", .left, dispensability: 1),
    .init("Output", "output_shape"),
    .init("Parameters", "parameters", dispensability: 2),
    .init("MACs", "macs", dispensability: 2),
    .init("Activation", "activation_bytes", dispensability: 3),
    .init("Field", "receptive_field_size", dispensability: 4),
    .init("Layers", "layers", .left, isForProgramsOnly: true),
  ]

  fileprivate var cells: [Table.Cell] {
    [
      Table.Cell(name), Table.Cell(id), Table.Cell(kind.rawValue),
      Table.Cell(repeats > 1 ? "\(repeats)" : "", exact: "\(repeats)"),
      Table.Cell(kind == .input || kind == .output ? "" : label), Table.Cell(NumberFormat.shape(outputShape)),
      .grouped(parameters), .scaled(macs), .bytes(activationBytes),
      Table.Cell(NumberFormat.shape(receptiveField.size)), Table.Cell(layers.joined(separator: " ")),
    ]
  }
}
