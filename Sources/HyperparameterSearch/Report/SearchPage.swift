import Drawings
import Jobs
import Training

/// A search as one HTML file: no script, nothing from elsewhere, and readable without its style.
public struct SearchPage: Sendable {
  private let report: SearchReport
  private let definition: SearchDefinition
  private let curves: [Int: [EpochRecord]]

  private static let tableRows = 50
  private static let drawnCurves = 6

  /// - Parameter curves: of trials, by their numbers.
  public init(_ report: SearchReport, _ definition: SearchDefinition, curves: [Int: [EpochRecord]]) {
    (self.report, self.definition, self.curves) = (report, definition, curves)
  }

  public var html: String {
    PageFrame.page(
      title: "Search of hyperparameters",
      [
        MarkupElement(
          "header", [:], [MarkupElement("h1", text: "Search of hyperparameters"), HTML.paragraph(origin, "quiet")])
      ] + sections)
  }

  private var origin: String {
    "\(Phrase.counted(report.trials.count, "trial")) of \(definition.sampler.rawValue), scheduler "
      + "\(definition.scheduler.name.rawValue), \(Phrase.counted(report.epochs, "epoch")) in all; seed \(definition.seed), "
      + "\(report.build), \(report.kernels)"
  }

  private var sections: [MarkupElement] {
    [
      section("What was found", report.findings.map { HTML.paragraph($0) }),
      ParallelCoordinates(definition.space, report).map { section("All trials", [HTML.figure($0.document)]) },
      MarginalComparison(definition, report).map {
        section("What the trials show of each parameter", [HTML.paragraph(Self.marginals), HTML.figure($0.document)])
      },
      section("Which parameter counts", [HTML.paragraph(Self.importance, "quiet"), importanceTable]),
      curvePlot.map { section("Learning curves of the best", [HTML.figure($0)]) },
      section("Table", [table]),
      section("The search's file", [MarkupElement("pre", text: report.search.text)]),
    ].compactMap(\.self)
  }

  private static let marginals =
    "A grid of n trials shows the square root of n values of each of two parameters, however little the other one counts; "
    + "random trials show n values of each. Red strokes are the values that were tried."

  private static let importance =
    "Share of the variance of validation accuracy after the first part that lies between groups of trials (values of a choice, "
    + "thirds of a range), less what chance would put there; 0 where chance explains it. A trial that diverged counts as 0 %."

  private func section(_ title: String, _ content: [MarkupElement]) -> MarkupElement {
    MarkupElement("section", [:], [MarkupElement("h2", text: title)] + content)
  }

  private var importanceTable: MarkupElement {
    HTML.table(
      [("parameter", false), ("share", true), ("values tried", true)],
      report.importance.map {
        [.text($0.parameter), .number(Numbers.percent($0.share)), .number(Numbers.count($0.values))]
      })
  }

  private var table: MarkupElement {
    let paths = report.parameterPaths
    let head = ["trial", "accuracy", "loss", "epochs", "status"].map { ($0, $0 != "status") }
    return HTML.table(
      head + paths.map { ($0, true) },
      report.trials.prefix(Self.tableRows).map { row in
        SearchReport.cells(of: row, paths).enumerated().map { $0 == 4 ? .text($1) : .number($1) }
      })
  }

  /// Whole epochs, of which some are named.
  private static func epochs(upTo last: Double) -> Axis {
    let step = (last / 8).rounded(.up)
    return Axis(ticks: Array(stride(from: 0, through: (last / step).rounded(.up) * step, by: step)), unit: .count)
  }

  private var curvePlot: SVGDocument? {
    let lines = report.trials.prefix(Self.drawnCurves).compactMap { row in
      curves[row.trial].map { curve in
        LineChart.Line(
          name: "trial \(row.trial)",
          points: curve.compactMap { record in
            record.validationAccuracy.map { LineChart.Point(x: Double(record.epoch), y: $0) }
          })
      }
    }.filter { !$0.points.isEmpty }
    guard !lines.isEmpty else { return nil }
    let points = lines.flatMap(\.points)
    return LineChart(
      title: "Validation accuracy over epochs", summary: report.findings.first ?? "", xTitle: "Epoch",
      yTitle: "Validation accuracy", x: Self.epochs(upTo: points.map(\.x).max() ?? 1),
      y: Axis(around: points.map(\.y), unit: .percent, bounds: 0...1), lines: Array(lines), width: 800, plotHeight: 260
    ).document
  }
}
