/// The part of a network's input that one unit sees, beside the layer's map with the unit in it.
public struct FieldDrawing: Sendable {
  public let title: String
  public let summary: String
  /// Name of the layer.
  public let layer: String
  /// Height and width of the network's input.
  public let input: (height: Int, width: Int)
  /// Of the layer's map.
  public let map: (height: Int, width: Int)
  public let unit: (row: Int, column: Int)
  /// In pixels of the input; it may reach outside.
  public let field: PixelRectangle

  public init(
    title: String, summary: String, layer: String, input: (height: Int, width: Int), map: (height: Int, width: Int),
    unit: (row: Int, column: Int), field: PixelRectangle
  ) {
    (self.title, self.summary, self.layer) = (title, summary, layer)
    (self.input, self.map, self.unit, self.field) = (input, map, unit, field)
  }

  private static let side = 240.0
  private static let margin = 24.0
  private static let top = 64.0

  public var document: SVGDocument {
    let width = 4 * Self.margin + 2 * Self.side
    let right = 3 * Self.margin + Self.side
    return SVGDocument(
      width: width, height: Self.top + Self.side + 56, title: title, summary: summary,
      [SVG.name(Self.margin, 26, title, width: width - 2 * Self.margin, size: 14, isBold: true)]
        + inputElements(x: Self.margin) + mapElements(x: right))
  }

  /// The input with as much around it as the field reaches outside, to scale.
  private func inputElements(x: Double) -> [MarkupElement] {
    let (top, left) = (min(0, field.top), min(0, field.left))
    let (bottom, right) = (max(input.height, field.bottom), max(input.width, field.right))
    let scale = Self.side / Double(max(bottom - top, right - left))
    func rectangle(_ region: PixelRectangle, _ fill: Colour) -> MarkupElement {
      SVG.rectangle(
        x: x + Double(region.left - left) * scale, y: Self.top + Double(region.top - top) * scale,
        width: Double(region.right - region.left) * scale, height: Double(region.bottom - region.top) * scale,
        fill: fill)
    }
    let whole = PixelRectangle(top: 0, left: 0, bottom: input.height, right: input.width)
    let size = "\(field.bottom - field.top) x \(field.right - field.left)"
    return [
      SVG.text(x, Self.top - 12, "Input \(input.height) x \(input.width)", fill: .quietInk),
      rectangle(whole, .gridLine).with("class", "input").with("stroke", Colour.axisLine.code),
      rectangle(field, .vermillion).with("class", "field").with("fill-opacity", "0.25").with(
        "stroke", Colour.vermillion.code
      )
      .with("stroke-width", "2"),
      SVG.text(x, Self.top + Self.side + 24, "Sees \(size) pixels", fill: .vermillion),
    ]
  }

  private func mapElements(x: Double) -> [MarkupElement] {
    let cell = Self.side / Double(max(map.height, map.width))
    let label = "\(layer) \(map.height) x \(map.width)"
    return [
      SVG.name(x, Self.top - 12, label, width: Self.side, fill: .quietInk),
      SVG.rectangle(
        x: x, y: Self.top, width: Double(map.width) * cell, height: Double(map.height) * cell, fill: .gridLine
      ).with("class", "map").with("stroke", Colour.axisLine.code),
      SVG.rectangle(
        x: x + Double(unit.column) * cell, y: Self.top + Double(unit.row) * cell, width: cell, height: cell,
        fill: .vermillion
      ).with("class", "unit"),
      SVG.text(x, Self.top + Self.side + 24, "Row \(unit.row), column \(unit.column)", fill: .quietInk),
    ]
  }
}
