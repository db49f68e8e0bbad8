/// A window on its way over a map: what it sees first and next, the padding around the map, and the map that comes out. To
/// scale, as far as the larger one has room.
public struct WindowDiagram: Hashable, Sendable {
  /// One direction, in values of the map.
  public struct Extent: Hashable, Sendable {
    public let input: Int
    public let before: Int
    public let after: Int
    public let kernel: Int
    public let stride: Int
    public let dilation: Int
    public let output: Int

    public init(input: Int, before: Int, after: Int, kernel: Int, stride: Int, dilation: Int, output: Int) {
      (self.input, self.before, self.after) = (input, before, after)
      (self.kernel, self.stride, self.dilation, self.output) = (kernel, stride, dilation, output)
    }

    var padded: Int { input + before + after }
    var window: Int { (kernel - 1) * dilation + 1 }
  }

  public let title: String
  public let summary: String
  public let vertical: Extent
  public let horizontal: Extent
  /// Beside the maps: their shapes.
  public let inputLabel: String
  public let outputLabel: String
  /// Sentences and formulas below the maps.
  public let lines: [String]
  /// Below those: what a number is, and the number.
  public let figures: [FlowDiagram.Figure]

  public init(
    title: String, summary: String, vertical: Extent, horizontal: Extent, inputLabel: String, outputLabel: String,
    lines: [String], figures: [FlowDiagram.Figure]
  ) {
    (self.title, self.summary, self.vertical, self.horizontal) = (title, summary, vertical, horizontal)
    (self.inputLabel, self.outputLabel) = (inputLabel, outputLabel)
    (self.lines, self.figures) = (lines, figures)
  }

  private static let margin = 24.0
  private static let side = 240.0
  private static let aisle = 96.0
  private static let lineHeight = 24.0
  private static let headHeight = 64.0
  /// Below this, lines between values would be all that is seen.
  private static let leastCell = 5.0

  /// Pixels a value.
  private var cell: Double {
    let largest = [vertical, horizontal].map { max($0.padded, $0.output) }.max() ?? 1
    return min(24, Self.side / Double(max(largest, 1)))
  }

  private var mapsHeight: Double { Double(max(vertical.padded, vertical.output)) * cell }
  private var inputWidth: Double { Double(horizontal.padded) * cell }

  public var document: SVGDocument {
    let (left, top) = (Self.margin, Self.margin + Self.headHeight)
    let outputLeft = left + max(inputWidth, TextWidth.estimated(inputLabel, size: 12)) + Self.aisle
    let outputWidth = max(Double(horizontal.output) * cell, TextWidth.estimated(outputLabel, size: 12))
    let textTop = ((top + mapsHeight + 24) / 8).rounded(.up) * 8
    let textWidth = lines.map { TextWidth.estimated($0, size: 12) }.max() ?? 0
    let width = max(outputLeft + outputWidth, Self.margin + textWidth, 480) + Self.margin
    let figuresTop = textTop + Double(lines.count) * Self.lineHeight + 8
    return SVGDocument(
      width: (width / 8).rounded(.up) * 8,
      height: figuresTop + Double(figures.count) * Self.lineHeight + Self.margin, title: title, summary: summary,
      [SVG.text(left, Self.margin + 16, title, size: 16, isBold: true).with("class", "name")]
        + input(left, top) + arrow(left + inputWidth, outputLeft, top) + output(outputLeft, top)
        + lines.enumerated().map { index, line in
          SVG.text(left, textTop + Double(index) * Self.lineHeight + 16, line).with("class", "name")
        } + figures.enumerated().flatMap { row($1, left, figuresTop + Double($0) * Self.lineHeight) })
  }

  /// The number at the right, where those above and below it end too.
  private func row(_ figure: FlowDiagram.Figure, _ left: Double, _ top: Double) -> [MarkupElement] {
    [
      SVG.text(left, top + 16, figure.caption, fill: .quietInk).with("class", "label"),
      SVG.text(left + 304, top + 16, figure.text, anchor: .end).with("class", "number"),
      SVG.line(left, top + 24, left + 304, top + 24, stroke: .gridLine).with("class", "grid"),
    ]
  }

  private func input(_ left: Double, _ top: Double) -> [MarkupElement] {
    let (x, y) = (left + Double(horizontal.before) * cell, top + Double(vertical.before) * cell)
    let (width, height) = (Double(horizontal.input) * cell, Double(vertical.input) * cell)
    let padding = SVG.rectangle(
      x: left, y: top, width: inputWidth, height: Double(vertical.padded) * cell, fill: .paleGround
    ).with("stroke", Colour.axisLine.code).with("stroke-dasharray", "3 3").with("class", "padding")
    let hasPadding = vertical.padded > vertical.input || horizontal.padded > horizontal.input
    return [SVG.text(left, top - 12, inputLabel, fill: .quietInk).with("class", "shape")]
      + (hasPadding ? [padding] : [])
      + [
        SVG.rectangle(x: x, y: y, width: width, height: height, fill: .white).with("stroke", Colour.axisLine.code)
          .with("class", "map")
      ]
      + lattice(left, top, vertical.padded, horizontal.padded) + seen(left, top) + windows(left, top)
  }

  private func lattice(_ left: Double, _ top: Double, _ rows: Int, _ columns: Int) -> [MarkupElement] {
    guard cell >= Self.leastCell else { return [] }
    let (right, bottom) = (left + Double(columns) * cell, top + Double(rows) * cell)
    return (0...rows).map { row in
      let y = top + Double(row) * cell
      return SVG.line(left, y, right, y, stroke: .gridLine).with("class", "grid")
    }
      + (0...columns).map { column in
        let x = left + Double(column) * cell
        return SVG.line(x, top, x, bottom, stroke: .gridLine).with("class", "grid")
      }
  }

  /// The values that the first window sees, where they are not all next to one another.
  private func seen(_ left: Double, _ top: Double) -> [MarkupElement] {
    guard cell >= Self.leastCell, vertical.dilation > 1 || horizontal.dilation > 1 else { return [] }
    return (0..<vertical.kernel).flatMap { row in
      (0..<horizontal.kernel).map { column in
        SVG.rectangle(
          x: left + Double(column * horizontal.dilation) * cell, y: top + Double(row * vertical.dilation) * cell,
          width: cell, height: cell, fill: .blue
        ).with("fill-opacity", "0.35").with("class", "window")
      }
    }
  }

  /// The first window, and the next one where there is one.
  private func windows(_ left: Double, _ top: Double) -> [MarkupElement] {
    let (width, height) = (Double(horizontal.window) * cell, Double(vertical.window) * cell)
    let first = SVG.rectangle(x: left, y: top, width: width, height: height, fill: .blue)
      .with("fill-opacity", "0.15").with("stroke", Colour.blue.code).with("stroke-width", "2").with("class", "window")
    guard horizontal.output > 1 else { return [first] }
    let next = SVG.rectangle(
      x: left + Double(horizontal.stride) * cell, y: top, width: width, height: height, fill: .white
    ).with("fill-opacity", "0").with("stroke", Colour.blue.code).with("stroke-dasharray", "4 3").with("class", "window")
    return [next, first]
  }

  private func arrow(_ from: Double, _ to: Double, _ top: Double) -> [MarkupElement] {
    let (y, end) = (top + Double(vertical.window) * cell / 2, to - 12)
    guard end > from + 16 else { return [] }
    return [
      SVG.line(from + 12, y, end, y, stroke: .axisLine).with("class", "edge"),
      MarkupElement(
        "polygon",
        [
          "class": "edge-head", "fill": Colour.axisLine.code,
          "points": [(end - 6, y - 4), (end, y), (end - 6, y + 4)].map { "\(SVG.place($0.0)),\(SVG.place($0.1))" }
            .joined(separator: " "),
        ]),
    ]
  }

  private func output(_ left: Double, _ top: Double) -> [MarkupElement] {
    let (width, height) = (Double(horizontal.output) * cell, Double(vertical.output) * cell)
    return [
      SVG.text(left, top - 12, outputLabel, fill: .quietInk).with("class", "shape"),
      SVG.rectangle(x: left, y: top, width: width, height: height, fill: .white)
        .with("stroke", Colour.axisLine.code).with("class", "map"),
    ] + lattice(left, top, vertical.output, horizontal.output)
      + [
        SVG.rectangle(x: left, y: top, width: max(cell, 4), height: max(cell, 4), fill: .blue).with("class", "window")
      ]
  }
}
