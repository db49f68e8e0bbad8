import Drawings

/// A comparison as a drawing and as a page, with the same promises as `ReportPage`.
public struct ComparisonPage: Sendable {
  let report: ComparisonReport

  /// The page of a comparison.
  public init(report: ComparisonReport) {
    self.report = report
  }

  /// Accuracy over the number of photos, a line for each way, as an SVG file.
  public var svg: String { accuracyPlot.text }

  private var accuracyPlot: SVGDocument {
    let lines = lines {
      LineChart.Point(x: Double($0.images), y: $0.accuracy, interval: interval(of: $0), note: note($0))
    }
    return LineChart(
      title: "Accuracy over the number of photos", summary: report.findings.joined(separator: " "),
      xTitle: "Photos to learn from (logarithmic)", yTitle: "Accuracy",
      x: .logarithmic(at: report.rows.map { Double($0.images) }, unit: .count),
      y: Axis(
        around: report.rows.flatMap { [$0.accuracy] + $0.accuracyInterval } + [report.majority], unit: .percent,
        bounds: 0...1), lines: lines + majority, width: 800, plotHeight: 300
    ).document
  }

  /// What an accuracy costs.
  private var timePlot: SVGDocument {
    let seconds = report.rows.map(\.seconds).filter(Self.isDrawn)
    let lines = lines(where: { Self.isDrawn(seconds: $0.seconds) }) {
      LineChart.Point(x: $0.seconds, y: $0.accuracy, note: note($0))
    }
    return LineChart(
      title: "Accuracy over the time of learning", summary: report.findings.joined(separator: " "),
      xTitle: "Time to learn (logarithmic)", yTitle: "Accuracy", x: Self.decades(around: seconds),
      y: Axis(around: report.rows.map(\.accuracy), unit: .percent, bounds: 0...1), lines: lines, width: 800,
      plotHeight: 260
    ).document
  }

  /// From a microsecond to thirty years: a logarithmic scale has no zero and no end.
  private static func isDrawn(seconds: Double) -> Bool { seconds >= 1e-6 && seconds < 1e9 }

  /// Powers of ten around all values.
  static func decades(around values: [Double]) -> Axis {
    let (low, high) = (values.min() ?? 1, values.max() ?? 1)
    var ticks = [0.001]
    while ticks[0] * 10 <= low { ticks[0] *= 10 }
    while ticks[ticks.count - 1] < high || ticks.count < 2 { ticks.append(ticks[ticks.count - 1] * 10) }
    return Axis(ticks: ticks, unit: .seconds, isLogarithmic: true)
  }

  /// A line for each base and method.
  private func lines(
    where isShown: (ComparisonReport.Row) -> Bool = { _ in true },
    _ point: (ComparisonReport.Row) -> LineChart.Point
  ) -> [LineChart.Line] {
    report.series.map { series in
      LineChart.Line(name: series.name, points: series.rows.filter(isShown).map(point))
    }
  }

  private var majority: [LineChart.Line] {
    let images = report.rows.map { Double($0.images) }
    guard let low = images.min(), let high = images.max() else { return [] }
    let points = [low, high].map { LineChart.Point(x: $0, y: report.majority) }
    return [LineChart.Line(name: "commonest class always", points: points, isDashed: true, colour: report.series.count)]
  }

  private func interval(of row: ComparisonReport.Row) -> ClosedRange<Double>? {
    guard row.accuracyInterval.count == 2, row.accuracyInterval[0] <= row.accuracyInterval[1] else { return nil }
    return row.accuracyInterval[0]...row.accuracyInterval[1]
  }

  private func note(_ row: ComparisonReport.Row) -> String {
    "\(Phrase.counted(row.images, "photo")): \(Numbers.percent(row.accuracy, 1)) after \(Numbers.duration(row.seconds))"
  }

  /// The page.
  public var html: String {
    PageFrame.page(
      title: "Comparison of ways to a classifier",
      [
        MarkupElement(
          "header", [:],
          [MarkupElement("h1", text: "Which way is best for these photos?"), HTML.paragraph(origin, "quiet")])
      ] + sections)
  }

  private var origin: String {
    "\(Phrase.counted(report.classes, "class", plural: "classes")) from \(report.origin), evaluated on "
      + "\(Phrase.counted(report.evaluatedImages, "photo")) that nothing was learned from; seed \(report.seed), \(report.build)"
  }

  private var sections: [MarkupElement] {
    guard !report.rows.isEmpty else { return [HTML.paragraph("Nothing was compared.")] }
    return [
      section("Accuracy", report.findings.map { HTML.paragraph($0) } + [HTML.figure(accuracyPlot), whiskers]),
      section("What it costs", [HTML.figure(timePlot)]), section("All runs", [table]),
    ]
  }

  private func section(_ title: String, _ content: [MarkupElement]) -> MarkupElement {
    MarkupElement("section", [:], [MarkupElement("h2", text: title)] + content)
  }

  private var whiskers: MarkupElement {
    HTML.paragraph(
      "Whiskers are 95 % intervals. All were evaluated on the same photos, so smaller differences than the whiskers can "
        + "be real; with few photos they often are not.", "quiet")
  }

  private var table: MarkupElement {
    HTML.table(
      ComparisonReport.columns.enumerated().map { ($1, $0 > 1) },
      report.orderedRows.map { row in
        report.cells(of: row).enumerated().map { column, cell in column < 2 ? .text(cell) : .number(cell) }
      })
  }
}
