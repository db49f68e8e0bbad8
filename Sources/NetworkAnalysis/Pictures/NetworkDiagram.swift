import Drawings
import NetworkGraph

/// A folded network with the place of each node and the path of each edge: the numbers behind the picture of the graph.
public struct NetworkDiagram: Encodable, Hashable, Sendable {
  /// The network whose nodes and edges are placed.
  public let network: FoldedNetwork
  private let flow: FlowDiagram

  /// Lays out a folded network from top to bottom.
  ///
  /// - Parameter title: the name as papers write it; the network's own where not given.
  public init(_ network: FoldedNetwork, title: String? = nil) {
    self.network = network
    flow = network.diagram(title: title ?? network.name)
  }

  /// Width of the picture in pixels.
  public var width: Int { Int(flow.layout.width) }
  /// Height of the picture in pixels.
  public var height: Int { Int(flow.layout.height) }

  /// A node and its rectangle, in pixels from the upper left corner of the picture.
  public struct PlacedNode: Encodable, Hashable, Sendable {
    /// The node with its name, label and costs.
    public let node: FoldedNode
    /// Distance of the node's left edge from the picture's left edge.
    public let left: Int
    /// Distance of the node's top edge from the picture's top edge.
    public let top: Int
    /// Width of the node's rectangle.
    public let width: Int
    /// Height of the node's rectangle.
    public let height: Int

    enum CodingKeys: String, CodingKey { case left, top, width, height }

    /// Encodes the node's fields and the rectangle at one level.
    public func encode(to encoder: any Encoder) throws {
      try node.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(left, forKey: .left)
      try container.encode(top, forKey: .top)
      try container.encode(width, forKey: .width)
      try container.encode(height, forKey: .height)
    }
  }

  /// An edge and the points of the line that is drawn for it.
  public struct PlacedEdge: Encodable, Hashable, Sendable {
    /// The connection, with the shape of its value.
    public let edge: FoldedEdge
    /// Points of the line in pixels, `[x, y]` each, from the node that makes the value to the node that takes it.
    public let points: [[Int]]

    enum CodingKeys: String, CodingKey { case points }

    /// Encodes the edge's fields and the points at one level.
    public func encode(to encoder: any Encoder) throws {
      try edge.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(points, forKey: .points)
    }
  }

  /// The network's nodes with their rectangles, in the order of `FoldedNetwork.nodes`.
  public var nodes: [PlacedNode] {
    network.nodes.indices.map { index in
      let (corner, size) = (flow.layout.corners[index], FlowDiagram.size(of: flow.boxes[index], network.fold.style))
      return PlacedNode(
        node: network.nodes[index], left: Int(corner.x), top: Int(corner.y), width: Int(size.width),
        height: Int(size.height))
    }
  }

  /// The network's edges with their lines, in the order of `FoldedNetwork.edges`.
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

  /// Encodes the folded network's fields, each node and edge with its place, and the picture's size.
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
  /// The graph as boxes and arrows, from the input at the top to the output at the bottom.
  public var picture: SVGDocument { flow.document }

  /// One table with a row for each node.
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
