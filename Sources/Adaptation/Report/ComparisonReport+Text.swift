import Drawings

extension ComparisonReport {
  static let columns = ["Base", "Method", "Share", "Photos", "Accuracy", "95 % interval", "Time"]

  func cells(of row: Row) -> [String] {
    let interval = row.accuracyInterval.map { Numbers.fixed($0 * 100) }.joined(separator: " – ") + " %"
    return [
      row.base, row.method.rawValue, Numbers.percent(row.share), Numbers.count(row.images),
      Numbers.percent(row.accuracy, 1), row.accuracyInterval.count == 2 ? interval : Numbers.none,
      Numbers.duration(row.seconds),
    ]
  }

  /// The rows in the order of their series.
  var orderedRows: [Row] { series.flatMap(\.rows) }

  /// What can be read from the rows, in sentences.
  var findings: [String] {
    [bestSentence, fewestSentence].compactMap(\.self)
  }

  private func sentence(_ row: Row) -> String {
    "\(row.base), \(row.method.rawValue), with \(Numbers.percent(row.accuracy, 1)) after \(Numbers.duration(row.seconds))"
  }

  /// With all photos.
  private var bestSentence: String? {
    guard let share = rows.map(\.share).max() else { return nil }
    return best(at: share).map { "With \($0.count) (\(Numbers.percent(share))) the best is \(sentence($0.row))." }
  }

  /// With the fewest.
  private var fewestSentence: String? {
    guard let share = rows.map(\.share).min(), share < rows.map(\.share).max() ?? share else { return nil }
    return best(at: share).map { "With \($0.count) (\(Numbers.percent(share))) it is \(sentence($0.row))." }
  }

  private func best(at share: Double) -> (row: Row, count: String)? {
    rows.filter { $0.share == share }.max { ($0.accuracy, $1.seconds) < ($1.accuracy, $0.seconds) }
      .map { ($0, Phrase.counted($0.images, "photo")) }
  }

  /// The table for a terminal, with what it says below.
  public var text: String {
    let table = [Self.columns] + orderedRows.map(cells)
    let widths = Self.columns.indices.map { column in table.map { TerminalText.plain($0[column]).count }.max() ?? 0 }
    let lines = table.map { row in
      row.enumerated().map { column, cell in
        let cell = TerminalText.plain(cell)
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
    return (lines + [""] + findings.map(TerminalText.plain)).map { $0 + "\n" }.joined()
  }

  /// The table as Markdown.
  public var markdown: String {
    let rows = orderedRows.map { row in cells(of: row).map(Self.markdownText) }
    let rule = Self.columns.indices.map { $0 < 2 ? "---" : "---:" }
    return ([Self.columns, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// A name that can end neither its cell nor its line, nor become a tag.
  private static func markdownText(_ text: String) -> String {
    TerminalText.plain(text).map { "\\`*_[]<>|&".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
