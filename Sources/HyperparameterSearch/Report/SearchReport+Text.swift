import Drawings
import Foundation
import Jobs
import NetworkAnalysis

extension SearchReport {
  /// `report.json`, with members in the order of their names.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    guard let data = try? encoder.encode(self) else { preconditionFailure("a report has finite numbers alone") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Parameters that the trials have, by their paths.
  var parameterPaths: [String] { Set(trials.flatMap(\.parameters.keys)).sorted() }

  /// The best trials.
  ///
  /// - Parameter limit: rows at most.
  public func table(limit: Int) -> Table {
    let paths = parameterPaths
    return Table(
      columns: [
        .init("trial", "trial"), .init("accuracy", "validation_accuracy"), .init("loss", "validation_loss"),
        .init("epochs", "epochs"), .init("status", "status", .left),
      ] + paths.map { Table.Column($0, $0) },
      rows: trials.prefix(limit).map { row in Self.cells(of: row, paths).map { Table.Cell($0) } })
  }

  /// A row's texts: trial, accuracy, loss, epochs, status, parameters.
  static func cells(of row: Row, _ paths: [String]) -> [String] {
    [
      String(row.trial), row.accuracy.map { Numbers.percent($0, 2) } ?? Numbers.none,
      row.loss.map { Numbers.fixed($0, 4) } ?? Numbers.none, String(row.epochs),
      row.status?.rawValue ?? "not begun",
    ] + paths.map { row.parameters[$0]?.plainText ?? Numbers.none }
  }
}
