/// A table under a heading, with remarks after it.
public struct ReportSection: Hashable, Sendable {
  public let heading: String
  public let table: Table
  public let remarks: [String]

  public init(heading: String, table: Table, remarks: [String] = []) {
    self.heading = heading
    self.table = table
    self.remarks = remarks
  }
}

/// Something that can be written for people and spreadsheets. JSON comes from `Codable`.
public protocol Report {
  /// At least one; CSV, which has room for one table, holds the first.
  var sections: [ReportSection] { get }
}

extension Report {
  /// Plain text for a terminal of `width` columns; of any width where none is given.
  public func text(width: Int? = nil) -> String {
    sections.map { section in
      let heading = wrapped(Table.Cell(section.heading).text, width ?? .max)
      let remarks = section.remarks.flatMap { wrapped($0, width ?? .max) }
      let lines = heading.map { $0 + "\n" }.joined() + "\n" + section.table.text(width: width)
      return remarks.isEmpty ? lines : lines + "\n" + remarks.map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  /// GitHub Flavored Markdown, a second-level heading for each section.
  public func markdown() -> String {
    sections.map { section in
      let heading = "## " + escapedForMarkdown(Table.Cell(section.heading).text) + "\n\n"
      let remarks = section.remarks.map { "- \(escapedForMarkdown($0))\n" }.joined()
      return heading + section.table.markdown() + (remarks.isEmpty ? "" : "\n" + remarks)
    }.joined(separator: "\n")
  }

  /// The first section's table after RFC 4180.
  public func csv() -> String { sections[0].table.csv() }
}
