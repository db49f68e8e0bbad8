import Foundation
import ModelServing

/// A report as the two files that lie beside a version, whatever number that gets.
struct ReportFiles: Sendable {
  private let unnumbered: AdaptationReport
  private let thumbnails: [String: [UInt8]]

  init(_ report: AdaptationReport, thumbnails: [String: [UInt8]]) {
    unnumbered = report
    self.thumbnails = thumbnails
  }

  func report(_ version: Int) -> AdaptationReport {
    var report = unnumbered
    report.model.version = String(version)
    return report
  }

  /// By their names.
  func contents(_ version: Int) throws -> [String: Data] {
    let report = report(version)
    return [
      AdaptationReport.fileName: try AdaptedModel.json(report),
      AdaptationReport.pageFileName: Data(ReportPage(report: report, thumbnails: thumbnails).html.utf8),
    ]
  }

  /// - Throws: `UnwritableFile`.
  func write(_ version: Int, to folders: [URL]) throws {
    let contents = try contents(version)
    for folder in folders {
      for (name, data) in contents { try SafeFile.write(data, to: folder.appendingPathComponent(name)) }
    }
  }
}

extension AdaptationReport {
  /// Beside `model.json`, and in a job's folder.
  public static let fileName = "report.json"
  /// The same for people.
  public static let pageFileName = "report.html"
}
