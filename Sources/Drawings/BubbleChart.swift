/// Circles between two axes, whose areas say a third thing, and a table of them below.
public struct BubbleChart: Hashable, Sendable {
  public struct Bubble: Hashable, Sendable {
    public let name: String
    public let x: Double
    /// Nothing where it has no place on the axis upwards: it then lies in the strip below the others.
    public let y: Double?
    /// Proportional to the circle's area.
    public let area: Double
    /// All of its numbers in words.
    public let note: String

    public init(name: String, x: Double, y: Double?, area: Double, note: String) {
      (self.name, self.x, self.y, self.area, self.note) = (name, x, y, area, note)
    }
  }

  /// What is compared with one another.
  public struct Panel: Hashable, Sendable {
    public let title: String
    public let bubbles: [Bubble]
    public let scale: Scale

    public init(title: String, bubbles: [Bubble], scale: Scale) {
      (self.title, self.bubbles, self.scale) = (title, bubbles, scale)
    }
  }

  /// A scale of equal ratios with 1, 2 and 5 of each power of ten.
  public struct Scale: Hashable, Sendable {
    public let title: String
    let axis: Axis
    let labels: [String]

    /// Around all values, of which those that are not positive do not count.
    public init(title: String, around values: [Double], label: (Double) -> String) {
      let values = values.filter { $0 > 0 && $0.isFinite }
      let ticks = Self.ticks(values.min() ?? 1, values.max() ?? 1)
      self.title = title
      axis = Axis(ticks: ticks, unit: .number, isLogarithmic: true)
      labels = ticks.map(label)
    }

    /// Some air at both ends.
    private static func ticks(_ low: Double, _ high: Double) -> [Double] {
      let all = (-9...18).flatMap { power in [1, 2, 5].map { $0 * Numbers.power(power) } }
      let first = all.lastIndex { $0 <= low / 1.15 } ?? 0
      let last = all.firstIndex { $0 >= high * 1.15 } ?? all.count - 1
      return Array(all[first...max(last, first + 1)])
    }
  }

  public let title: String
  public let summary: String
  public let panels: [Panel]
  public let yTitle: String
  /// What the strip below the others is for.
  public let withoutY: String
  /// What areas say.
  public let areaTitle: String
  public let columns: [String]
  /// As many cells as columns in each; all but the first and the last are numbers.
  public let rows: [[String]]

  /// - Precondition: rows fill the columns.
  public init(
    title: String, summary: String, panels: [Panel], yTitle: String, withoutY: String, areaTitle: String,
    columns: [String], rows: [[String]]
  ) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "rows fill the columns")
    (self.title, self.summary, self.panels) = (title, summary, panels)
    (self.yTitle, self.withoutY, self.areaTitle) = (yTitle, withoutY, areaTitle)
    (self.columns, self.rows) = (columns, rows)
  }

  private static let margin = 24.0
  private static let plotLeft = 72.0
  private static let plotWidth = 928.0
  private static let largestRadius = 32.0
  private static let rowHeight = 24.0
  private static let width = 1024.0

  public var document: SVGDocument {
    var y = Self.margin
    var elements: [MarkupElement] = []
    for panel in panels {
      elements += drawn(panel, top: y)
      y += height(panel)
    }
    return SVGDocument(
      width: Self.width, height: y + tableHeight + Self.margin, title: title, summary: summary,
      elements + table(top: y))
  }

  // MARK: - Panels

  /// Many need more room to stay apart, and none need none.
  private func plotHeight(_ panel: Panel) -> Double {
    switch panel.bubbles.count(where: { $0.y != nil }) {
    case 0: 0
    case 1...2: 96
    case 3...12: 200
    default: 520
    }
  }

  private func height(_ panel: Panel) -> Double { 64 + plotHeight(panel) + strip(panel).height + 72 }

  /// The lanes of those that have no place upwards, on the panel's scale.
  private func strip(_ panel: Panel) -> BubbleStrip {
    let frame = PlotFrame(
      left: Self.plotLeft, top: 0, width: Self.plotWidth, height: 0, x: panel.scale.axis, y: panel.scale.axis)
    let circles = panel.bubbles.enumerated().filter { $1.y == nil }.map { index, bubble in
      BubbleStrip.Circle(index: index, name: bubble.name, x: frame.x(bubble.x), radius: radius(bubble))
    }
    return BubbleStrip(circles, right: Self.width - 8)
  }

  private func drawn(_ panel: Panel, top: Double) -> [MarkupElement] {
    let strip = strip(panel)
    let frame = PlotFrame(
      left: Self.plotLeft, top: top + 64, width: Self.plotWidth, height: plotHeight(panel) + strip.height,
      x: panel.scale.axis, y: Axis(around: panel.bubbles.compactMap(\.y), unit: .percent, bounds: 0...1))
    let upper = PlotFrame(
      left: frame.left, top: frame.top, width: frame.width, height: plotHeight(panel), x: frame.x, y: frame.y)
    let circles = panel.bubbles.indices.map { circle(panel.bubbles[$0], upper, stripY: strip.y(of: $0)) }
    let bounds = LabelPlacement.Box(
      left: frame.left, top: frame.top - 16, width: Self.width - frame.left - 8, height: frame.height + 16)
    let names = LabelPlacement.boxes(circles, within: bounds)
    let order = circles.indices.sorted { (circles[$1].radius, $0) < (circles[$0].radius, $1) }
    return [SVG.name(Self.margin, top + 16, panel.title, width: 640, size: 16, isBold: true).with("class", "name")]
      + grid(panel, upper, frame, strip)
      + order.map { drawn(panel.bubbles[$0], circles[$0]) }
      + circles.indices.compactMap { index in names[index].map { text(circles[index].name, $0) } }
  }

  private func radius(_ bubble: Bubble) -> Double {
    let largest = panels.flatMap { $0.bubbles.map(\.area) }.max() ?? 1
    return max(3, (bubble.area / max(largest, 1)).squareRoot() * Self.largestRadius)
  }

  private func circle(_ bubble: Bubble, _ upper: PlotFrame, stripY: Double) -> LabelPlacement.Circle {
    let y = bubble.y.map(upper.y) ?? upper.bottom + stripY
    return .init(x: upper.x(bubble.x), y: y, radius: radius(bubble), name: bubble.name)
  }

  private func grid(
    _ panel: Panel, _ upper: PlotFrame, _ frame: PlotFrame, _ strip: BubbleStrip
  ) -> [MarkupElement] {
    let across = (upper.height > 0 ? upper.y.ticks : []).flatMap { value in
      [
        SVG.line(frame.left, upper.y(value), frame.right, upper.y(value), stroke: .gridLine).with("class", "grid"),
        SVG.text(frame.left - 8, upper.y(value) + 4, upper.y.label(value), anchor: .end, fill: .quietInk)
          .with("class", "label"),
      ]
    }
    let upwards = zip(panel.scale.axis.ticks, panel.scale.labels).flatMap { value, label in
      [
        SVG.line(frame.x(value), frame.top, frame.x(value), frame.bottom, stroke: .gridLine).with("class", "grid"),
        SVG.text(frame.x(value), frame.bottom + 18, label, anchor: .middle, fill: .quietInk).with("class", "label"),
      ]
    }
    let title = SVG.text(Self.margin, frame.top - 20, yTitle, fill: .quietInk).with("class", "label")
    let stripTitle = SVG.text(frame.left + 4, upper.bottom + 18, withoutY, fill: .quietInk).with("class", "label")
    return across + upwards + (upper.height > 0 ? [title] : []) + (strip.height > 0 ? [stripTitle] : [])
      + [
        SVG.line(frame.left, frame.bottom, frame.right, frame.bottom, stroke: .axisLine).with("class", "axis"),
        SVG.text(frame.right, frame.bottom + 40, "\(panel.scale.title); \(areaTitle)", anchor: .end, fill: .quietInk)
          .with("class", "label"),
      ]
  }

  private func drawn(_ bubble: Bubble, _ circle: LabelPlacement.Circle) -> MarkupElement {
    MarkupElement(
      "circle",
      [
        "class": "bubble", "data-network": bubble.name, "cx": SVG.place(circle.x), "cy": SVG.place(circle.y),
        "r": SVG.place(circle.radius), "fill": Colour.blue.code, "fill-opacity": "0.2", "stroke": Colour.blue.code,
      ], [MarkupElement("title", text: bubble.note)])
  }

  private func text(_ name: String, _ box: LabelPlacement.Box) -> MarkupElement {
    SVG.text(box.left, box.top + 11, name, size: LabelPlacement.size).with("class", "name")
  }

  // MARK: - Table

  private var tableHeight: Double { Double(rows.count + 1) * Self.rowHeight + 8 }

  /// Left edges of texts, right edges of numbers.
  private var places: [Double] {
    let widths = columns.indices.map { column in
      ([columns] + rows).reduce(0) { max($0, TextWidth.estimated($1[column], size: 12)) }
    }
    var (places, x) = ([Self.margin], Self.margin + min(widths[0], 200))
    for column in columns.indices.dropFirst() {
      let isLast = column == columns.count - 1
      x += 24 + (isLast ? 0 : widths[column])
      places.append(x)
    }
    return places
  }

  private func table(top: Double) -> [MarkupElement] {
    let places = places
    return row(columns, places, top: top, isHead: true)
      + [
        SVG.line(Self.margin, top + 24, Self.width - Self.margin, top + 24, stroke: .axisLine).with("class", "axis")
      ]
      + rows.enumerated().flatMap { row($1, places, top: top + 8 + Double($0 + 1) * Self.rowHeight - 8, isHead: false) }
  }

  private func row(_ cells: [String], _ places: [Double], top: Double, isHead: Bool) -> [MarkupElement] {
    cells.indices.map { column in
      let isText = column == 0 || column == cells.count - 1
      // Sources are ours, and fit: letters are estimated rather too wide.
      let width = column == 0 ? 200 : Self.width
      let fill = isHead || column == cells.count - 1 ? Colour.quietInk : .ink
      return isText
        ? SVG.name(places[column], top + 16, cells[column], width: width, fill: fill).with("class", "cell")
        : SVG.text(places[column], top + 16, cells[column], anchor: .end, fill: fill).with("class", "cell number")
    }
  }
}
