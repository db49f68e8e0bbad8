/// Values as dots on a common scale, with whiskers as far as they are unsure: an accuracy beside its baselines.
public struct DotPlot: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public let name: String
    public let value: Double
    public let interval: ClosedRange<Double>?
    /// Whether it is what the plot is about.
    public let isSubject: Bool

    public init(name: String, value: Double, interval: ClosedRange<Double>? = nil, isSubject: Bool = false) {
      (self.name, self.value, self.interval, self.isSubject) = (name, value, interval, isSubject)
    }
  }

  public let title: String
  public let summary: String
  public let rows: [Row]
  public let axis: Axis
  public let width: Double

  public init(title: String, summary: String, rows: [Row], axis: Axis, width: Double = 560) {
    (self.title, self.summary, self.rows, self.axis, self.width) = (title, summary, rows, axis, width)
  }

  private static let rowHeight = 32.0

  public var document: SVGDocument {
    let bottom = Double(rows.count) * Self.rowHeight + 4
    return SVGDocument(
      width: width, height: bottom + 24, title: title, summary: summary,
      axis.ticks.flatMap { tick($0, bottom: bottom) } + rows.indices.flatMap(row))
  }

  private var left: Double {
    let widest = rows.map { TextWidth.estimated($0.name, size: $0.isSubject ? 14 : 13) }.max() ?? 0
    return min(widest, width * 0.4) + 16
  }

  /// The values stand in a column at the right.
  private func x(_ value: Double) -> Double { left + (width - left - 84) * axis.place(of: value) }

  private func tick(_ value: Double, bottom: Double) -> [MarkupElement] {
    [
      SVG.line(x(value), 0, x(value), bottom, stroke: .gridLine),
      SVG.text(x(value), bottom + 16, axis.label(value), anchor: .middle, size: 11, fill: .quietInk),
    ]
  }

  private func row(_ index: Int) -> [MarkupElement] {
    let (row, y) = (rows[index], Double(index) * Self.rowHeight + 16)
    let colour = row.isSubject ? Colour.blue : .quietInk
    let whisker = row.interval.map {
      SVG.whisker(from: (x($0.lowerBound), y), to: (x($0.upperBound), y), stroke: colour)
    }
    return [SVG.name(left - 16, y + 4, row.name, width: left - 16, anchor: .end, size: 13, isBold: row.isSubject)]
      + (whisker ?? [])
      + [
        SVG.circle(x(row.value), y, radius: row.isSubject ? 6 : 5, fill: colour),
        SVG.text(
          width, y + 4, Numbers.percent(row.value, 1), anchor: .end, size: 13, fill: row.isSubject ? .ink : .quietInk,
          isBold: row.isSubject),
      ]
  }
}
