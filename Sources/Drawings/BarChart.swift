/// Bars from the left, a group of them for each name: precision and recall by class, seconds by stage.
public struct BarChart: Hashable, Sendable {
  public struct Series: Hashable, Sendable {
    public let name: String
    /// One a row; nothing where there is no value.
    public let values: [Double?]

    public init(name: String, values: [Double?]) {
      (self.name, self.values) = (name, values)
    }
  }

  public let title: String
  public let summary: String
  /// Names of the rows.
  public let names: [String]
  public let series: [Series]
  public let axis: Axis
  /// How a value is written behind its bar.
  private let labels: [[String]]
  public let width: Double

  /// - Precondition: every series has a value, or none, for every name.
  public init(
    title: String, summary: String, names: [String], series: [Series], axis: Axis, width: Double = 560,
    label: (Double) -> String
  ) {
    precondition(series.allSatisfy { $0.values.count == names.count }, "one value a row")
    (self.title, self.summary, self.names, self.series) = (title, summary, names, series)
    (self.axis, self.width) = (axis, width)
    labels = series.map { $0.values.map { $0.map(label) ?? Numbers.none } }
  }

  private static let barHeight = 12.0

  public var document: SVGDocument {
    let entries = series.indices.map { Legend.Entry(name: series[$0].name, colour: Colour.series[$0], dashes: nil) }
    let legend = Legend(entries: series.count > 1 ? entries : [], width: width)
    let top = legend.height + (legend.height > 0 ? 8 : 0)
    return SVGDocument(
      width: width, height: top + Double(names.count) * rowHeight + 4, title: title, summary: summary,
      legend.elements(left: 0, top: 0) + names.indices.flatMap { row($0, top: top + Double($0) * rowHeight) })
  }

  private var rowHeight: Double { Double(series.count) * Self.barHeight + 12 }

  private var left: Double {
    let widest = names.map { TextWidth.estimated($0, size: 12) }.max() ?? 0
    return min(widest, width * 0.3) + 12
  }

  private func row(_ row: Int, top: Double) -> [MarkupElement] {
    let middle = top + rowHeight / 2
    return [SVG.name(left - 8, middle + 4, names[row], width: left - 8, anchor: .end)]
      + series.indices.flatMap { bar($0, row, top: top + 6 + Double($0) * Self.barHeight) }
  }

  private func bar(_ index: Int, _ row: Int, top: Double) -> [MarkupElement] {
    let length = (width - left - 64) * (series[index].values[row].map(axis.place) ?? 0)
    return [
      SVG.rectangle(
        x: left, y: top + 1, width: max(1, length), height: Self.barHeight - 2, fill: Colour.series[index]),
      SVG.text(left + length + 6, top + 10, labels[index][row], size: 11, fill: .quietInk),
    ]
  }
}
