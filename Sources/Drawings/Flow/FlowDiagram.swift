/// Boxes with a few lines of text, and the ways between them: a network as a picture.
///
/// Each box is a group with the class `node`, `data-node` and `data-layers`, which pages can make buttons of; colours are
/// attributes, so that it can be read without a style sheet, and classes, so that one can replace them.
public struct FlowDiagram: Hashable, Sendable {
  public struct Box: Hashable, Sendable {
    /// Unlike that of any other box.
    public let id: String
    public let kind: Kind
    public let name: String
    /// What stands under the name; nothing with nil.
    public let label: String?
    /// Beside the name at the right: how often the box is repeated.
    public let badge: String?
    /// What stands below, in columns: `params 9.41 k`.
    public let figures: [Figure]
    /// The names of what is in it.
    public let members: [String]
    /// All of it in words, for those that do not see it.
    public let description: String

    public init(
      id: String, kind: Kind, name: String, label: String? = nil, badge: String? = nil, figures: [Figure] = [],
      members: [String] = [], description: String
    ) {
      (self.id, self.kind, self.name, self.label) = (id, kind, name, label)
      (self.badge, self.figures, self.members, self.description) = (badge, figures, members, description)
    }
  }

  /// A number and what it counts.
  public struct Figure: Hashable, Sendable {
    public let caption: String
    public let text: String

    public init(_ caption: String, _ text: String) { (self.caption, self.text) = (caption, text) }
  }

  public enum Kind: String, Hashable, Sendable {
    case input, layer, block, stage, output

    /// Whether it stands for something at the diagram's rim.
    var isEnd: Bool { self == .input || self == .output }
  }

  public struct Way: Hashable, Sendable {
    public let from: Int
    public let to: Int
    /// What goes that way. It is written once for each box that it comes from.
    public let label: String

    public init(from: Int, to: Int, label: String) { (self.from, self.to, self.label) = (from, to, label) }
  }

  public let title: String
  public let summary: String
  public let boxes: [Box]
  public let ways: [Way]
  /// In columns of figures, all in one row with wide boxes.
  private let style: Style
  public let layout: FlowLayout

  public enum Style: Hashable, Sendable {
    /// For boxes that hold much.
    case wide
    /// For many boxes side by side.
    case narrow

    var width: Double { self == .wide ? 464 : 256 }
    /// Where the columns of figures begin, from a box's rim on.
    var places: [Double] { self == .wide ? [0, 112, 224, 352] : [0, 128] }
  }

  /// - Precondition: ways lead from a lower to a higher number of a box that there is; each pair has one.
  public init(title: String, summary: String, boxes: [Box], ways: [Way], style: Style) {
    (self.title, self.summary, self.boxes, self.ways, self.style) = (title, summary, boxes, ways, style)
    layout = FlowLayout(
      FlowGraph(
        sizes: boxes.map { Self.size(of: $0, style) }, ways: ways.map { .init(from: $0.from, to: $0.to) }))
    precondition(layout.routes.count == ways.count, "each pair of boxes has one way")
  }

  private static let rim = 16.0
  /// Bold letters are wider than those that are estimated: a text gets this share of its room.
  private static let boldness = 0.92
  private static let lineHeight = 20.0

  /// The size of a box with all of its lines.
  public static func size(of box: Box, _ style: Style) -> FlowGraph.Size {
    if box.kind.isEnd { return .init(width: 160, height: 40) }
    let columns = style.places.count
    let rows = (box.figures.count + columns - 1) / columns
    let lines = 1 + (box.label == nil ? 0 : 1) + rows
    // Lines of 20 pixels and 8 above and below, on the grid of 8.
    return .init(width: style.width, height: ((Double(lines) * lineHeight + 16) / 8).rounded(.up) * 8)
  }

  public var document: SVGDocument {
    SVGDocument(
      width: layout.width, height: layout.height, title: title, summary: summary, role: "group",
      ways.indices.map(edge) + labels + boxes.indices.map(node))
  }

  // MARK: - Ways

  private func edge(_ index: Int) -> MarkupElement {
    let points = layout.routes[index].map { "\(SVG.place($0.x)),\(SVG.place($0.y))" }.joined(separator: " ")
    return MarkupElement(
      "polyline",
      [
        "class": "edge", "points": points, "fill": "none", "stroke": Colour.axisLine.code, "stroke-width": "1.5",
        "stroke-linejoin": "round",
      ])
  }

  /// What comes out of each box, beside the beginning of its ways; and the ways' heads.
  private var labels: [MarkupElement] {
    var labelled: Set<Int> = []
    return ways.indices.flatMap { index -> [MarkupElement] in
      let route = layout.routes[index]
      guard let start = route.first, let end = route.last else { return [] }
      var label: [MarkupElement] = []
      if labelled.insert(ways[index].from).inserted {
        label = [
          SVG.text(start.x + 8, start.y + 16, ways[index].label, fill: .quietInk).with("class", "shape")
        ]
      }
      return label + [head(end)]
    }
  }

  private func head(_ end: FlowLayout.Point) -> MarkupElement {
    let points = [(end.x - 4, end.y - 6), (end.x + 4, end.y - 6), (end.x, end.y)]
    return MarkupElement(
      "polygon",
      [
        "class": "edge-head", "points": points.map { "\(SVG.place($0.0)),\(SVG.place($0.1))" }.joined(separator: " "),
        "fill": Colour.axisLine.code,
      ])
  }

  // MARK: - Boxes

  private func node(_ index: Int) -> MarkupElement {
    let (box, corner) = (boxes[index], layout.corners[index])
    let size = Self.size(of: box, style)
    return MarkupElement(
      "g",
      [
        "class": "node node-\(box.kind.rawValue)", "data-node": box.id,
        "data-layers": box.members.joined(separator: " "), "tabindex": "0", "role": "button",
      ],
      [MarkupElement("title", text: box.description)] + ground(box.kind, corner, size)
        + (box.kind.isEnd ? endTexts(box, corner, size) : texts(box, corner, size)))
  }

  private func ground(_ kind: Kind, _ corner: FlowLayout.Point, _ size: FlowGraph.Size) -> [MarkupElement] {
    let radius = kind.isEnd ? size.height / 2 : 4
    let shadow = kind == .stage ? [rectangle(kind, corner.x + 4, corner.y + 4, size, radius, "node-repeat")] : []
    return shadow + [rectangle(kind, corner.x, corner.y, size, radius, "node-ground")]
  }

  private func rectangle(
    _ kind: Kind, _ x: Double, _ y: Double, _ size: FlowGraph.Size, _ radius: Double, _ name: String
  ) -> MarkupElement {
    let isBlock = kind == .block || kind == .stage
    let fill = kind.isEnd ? Colour.paleGround : isBlock ? Colour.white.mixed(with: .blue, share: 0.06) : .white
    let stroke = isBlock ? Colour.white.mixed(with: .blue, share: 0.55) : .axisLine
    return SVG.rectangle(x: x, y: y, width: size.width, height: size.height, fill: fill)
      .with("rx", SVG.place(radius)).with("stroke", stroke.code).with("class", name)
  }

  private func endTexts(_ box: Box, _ corner: FlowLayout.Point, _ size: FlowGraph.Size) -> [MarkupElement] {
    [
      SVG.name(
        corner.x + size.width / 2, corner.y + 25, box.name, width: size.width - 2 * Self.rim, anchor: .middle, size: 14,
        isBold: true
      ).with("class", "name")
    ]
  }

  private func texts(_ box: Box, _ corner: FlowLayout.Point, _ size: FlowGraph.Size) -> [MarkupElement] {
    let (left, right) = (corner.x + Self.rim, corner.x + size.width - Self.rim)
    var y = corner.y + 8 + 15
    let badgeWidth = box.badge.map { TextWidth.estimated($0, size: 14) + 8 } ?? 0
    var texts = [
      SVG.name(left, y, box.name, width: (right - left - badgeWidth) * Self.boldness, size: 14, isBold: true)
        .with("class", "name")
    ]
    if let badge = box.badge {
      texts.append(
        SVG.text(right, y, badge, anchor: .end, size: 14, fill: .blue, isBold: true).with("class", "badge"))
    }
    if let label = box.label {
      y += Self.lineHeight
      texts.append(SVG.name(left, y, label, width: right - left, fill: .quietInk).with("class", "label"))
    }
    for (index, figure) in box.figures.enumerated() {
      let column = index % style.places.count
      if column == 0 { y += Self.lineHeight }
      texts.append(text(figure, left + style.places[column], y))
    }
    return texts
  }

  private func text(_ figure: Figure, _ x: Double, _ y: Double) -> MarkupElement {
    MarkupElement(
      "text", ["class": "figure", "x": SVG.place(x), "y": SVG.place(y), "fill": Colour.quietInk.code],
      nodes: [
        .text(figure.caption + " "),
        .element(MarkupElement("tspan", ["class": "number", "fill": Colour.ink.code], text: figure.text)),
      ])
  }
}
