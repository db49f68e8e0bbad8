/// A table under a heading, with remarks after it.
public struct ReportSection: Hashable, Sendable {
  /// Heading in plain text, one line.
  public let heading: String
  /// The numbers of the section.
  public let table: Table
  /// Sentences under the table, such as sums and formulas; may be empty.
  public let remarks: [String]

  /// Makes a section. Markup in headings and remarks is escaped when Markdown is written.
  public init(heading: String, table: Table, remarks: [String] = []) {
    self.heading = heading
    self.table = table
    self.remarks = remarks
  }
}

/// A result that can be written as plain text, Markdown and CSV. JSON comes from `Codable` instead.
public protocol Report {
  /// The report's tables, at least one. CSV has room for one table only and holds the first.
  var sections: [ReportSection] { get }
}

extension Report {
  /// Plain text for a terminal.
  ///
  /// - Parameter width: number of columns of the terminal; unlimited where not given. Tables leave out dispensable
  ///   columns to fit.
  public func text(width: Int? = nil) -> String {
    sections.map { section in
      let heading = wrapped(Table.Cell(section.heading).text, width ?? .max)
      let remarks = section.remarks.flatMap { wrapped($0, width ?? .max) }
      let lines = heading.map { $0 + "\n" }.joined() + "\n" + section.table.text(width: width)
      return remarks.isEmpty ? lines : lines + "\n" + remarks.map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  /// GitHub Flavored Markdown, with a second-level heading for each section.
  public func markdown() -> String {
    sections.map { section in
      let heading = "## " + escapedForMarkdown(Table.Cell(section.heading).text) + "\n\n"
      let remarks = section.remarks.map { "- \(escapedForMarkdown($0))\n" }.joined()
      return heading + section.table.markdown() + (remarks.isEmpty ? "" : "\n" + remarks)
    }.joined(separator: "\n")
  }

  /// The first section's table as CSV (RFC 4180).
  public func csv() -> String { sections[0].table.csv() }
}
