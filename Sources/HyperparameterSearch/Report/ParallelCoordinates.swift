import Drawings
import Jobs

/// Each trial as a line across all parameters to its accuracy: which values the good ones share.
public struct ParallelCoordinates: Sendable {
  private let space: SearchSpace
  private let rows: [SearchReport.Row]
  private let accuracy: Axis

  public static let fileName = "parallel.svg"
  /// More lines hide one another.
  private static let mostLines = 200

  /// Nothing where no trial has a result.
  public init?(_ space: SearchSpace, _ report: SearchReport) {
    rows = Array(report.trials.filter { $0.metric != nil }.prefix(Self.mostLines))
    guard !rows.isEmpty else { return nil }
    self.space = space
    accuracy = Axis(around: rows.compactMap(\.accuracy), unit: .percent, bounds: 0...1)
  }

  private static let (top, plotHeight, left, step) = (56.0, 260.0, 60.0, 132.0)
  private static var bottom: Double { top + plotHeight }
  /// Where lines pass that a parameter does not count for.
  private static var aside: Double { bottom + 28 }

  private var width: Double { 2 * Self.left + Self.step * Double(space.parameters.count) + 20 }

  public var document: SVGDocument {
    SVGDocument(
      width: width, height: Self.aside + 24, title: "Trials across their parameters", summary: summary,
      rows.indices.reversed().map(line) + space.parameters.indices.flatMap(axis) + accuracyAxis)
  }

  private var summary: String {
    "\(rows.count) trials; the best reaches \(Numbers.percent(rows[0].accuracy ?? 0, 2)) on the validation images."
  }

  private func x(_ index: Int) -> Double { Self.left + Self.step * Double(index) }
  private func y(_ place: Double) -> Double { Self.bottom - Self.plotHeight * place }

  // MARK: Lines

  private func line(_ rank: Int) -> MarkupElement {
    let row = rows[rank]
    var points = space.parameters.enumerated().map { index, parameter in
      (x: x(index), y: row.parameters[parameter.path].map { y(parameter.domain.place(of: $0)) } ?? Self.aside)
    }
    points.append((x(space.parameters.count), y(accuracy.place(of: row.accuracy ?? 0))))
    var element = SVG.path(points, stroke: colour(rank))
    element.children.append(.element(MarkupElement("title", text: note(row))))
    return element
  }

  /// The best stands out; the others are the bluer the better they are.
  private func colour(_ rank: Int) -> Colour {
    guard rank > 0 else { return .vermillion }
    return Colour.blue.mixed(with: .gridLine, share: Double(rank - 1) / Double(max(rows.count - 1, 1)))
  }

  private func note(_ row: SearchReport.Row) -> String {
    let values = row.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.plainText)" }
    return "trial \(row.trial), \(Numbers.percent(row.accuracy ?? 0, 2)): \(values.joined(separator: ", "))"
  }

  // MARK: Axes

  private func axis(_ index: Int) -> [MarkupElement] {
    let parameter = space.parameters[index]
    let isConditional = !parameter.conditions.isEmpty
    return [upright(index), name(index, parameter.path)]
      + parameter.domain.labels.flatMap { label(index, $0.text, y($0.place)) }
      + (isConditional ? label(index, "not used", Self.aside) : [])
  }

  private var accuracyAxis: [MarkupElement] {
    let index = space.parameters.count
    return [upright(index), name(index, "validation accuracy")]
      + accuracy.ticks.flatMap { label(index, accuracy.label($0), y(accuracy.place(of: $0))) }
  }

  private func upright(_ index: Int) -> MarkupElement {
    SVG.line(x(index), Self.top, x(index), Self.bottom, stroke: .axisLine)
  }

  /// Two heights in turn, so that neighbours have room.
  private func name(_ index: Int, _ text: String) -> MarkupElement {
    SVG.name(x(index), index % 2 == 0 ? 16 : 34, text, width: 2 * Self.step - 16, anchor: .middle, isBold: true)
  }

  /// On a white ground, since lines pass there.
  private func label(_ index: Int, _ text: String, _ y: Double) -> [MarkupElement] {
    let width = min(TextWidth.estimated(text, size: 11), Self.step - 20)
    return [
      SVG.rectangle(x: x(index) + 4, y: y - 7, width: width + 4, height: 14, fill: .white),
      SVG.name(x(index) + 6, y + 4, text, width: Self.step - 20, size: 11, fill: .ink),
    ]
  }
}

extension ParameterDomain {
  /// What an axis is named with: all choices, or the ends and the middle of a range.
  var labels: [(place: Double, text: String)] {
    switch self {
    case .choice(let values): values.map { (place(of: $0), $0.plainText) }
    case .integer(let range):
      Set([range.lowerBound, (range.lowerBound + range.upperBound) / 2, range.upperBound]).sorted().map {
        (place(of: .integer($0)), String($0))
      }
    case .uniform, .logUniform: gridValues(points: 3).map { (place(of: $0), $0.double.map(Numbers.short) ?? "") }
    }
  }
}
