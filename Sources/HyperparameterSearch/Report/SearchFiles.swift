import Drawings
import Foundation
import Training

/// The files that tell what a search found, beside its log.
public struct SearchFiles: Sendable {
  private let run: SearchRun
  private let report: SearchReport

  public init(_ run: SearchRun, _ report: SearchReport) {
    (self.run, self.report) = (run, report)
  }

  /// - Throws: `UnwritableFile`.
  public func write() throws {
    let folder = run.folder
    try folder.write(report.json, to: folder.url.appendingPathComponent(SearchReport.fileName))
    let page = SearchPage(report, run.definition, curves: curves)
    try folder.write(page.html, to: folder.url.appendingPathComponent(SearchReport.pageFileName))
    if let drawing = ParallelCoordinates(run.definition.space, report) {
      try folder.write(drawing.document.text, to: folder.url.appendingPathComponent(ParallelCoordinates.fileName))
    }
    if let drawing = MarginalComparison(run.definition, report) {
      try folder.write(drawing.document.text, to: folder.url.appendingPathComponent(MarginalComparison.fileName))
    }
  }

  /// Of the best trials, as far as they can be read.
  private var curves: [Int: [EpochRecord]] {
    report.trials.prefix(10).reduce(into: [:]) { curves, row in
      let file = run.folder.trial(row.trial).appendingPathComponent(TrialCurve.fileName)
      let curve = FileManager.default.contents(atPath: file.path).flatMap {
        try? JSONDecoder().decode(TrialCurve.self, from: $0)
      }
      curves[row.trial] = curve?.curve
    }
  }
}
