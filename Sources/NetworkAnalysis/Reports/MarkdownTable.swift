extension Table {
  /// A table of GitHub Flavored Markdown, section 4.10. Columns for programs only are left out.
  public func markdown() -> String {
    let shown = columns.indices.filter { !columns[$0].isForProgramsOnly }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let heading = line(shown.map { escapedForMarkdown(columns[$0].title) })
    let rule = line(shown.map { columns[$0].alignment == .left ? "---" : "---:" })
    let body = rows.map { row in line(shown.map { escapedForMarkdown(row[$0].text) }) }
    return heading + rule + body.joined()
  }
}

/// Escapes characters that would end a cell or start markup, because names may come from files.
func escapedForMarkdown(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "") { escaped, scalar in
    switch scalar {
    case "|", "\\", "`", "*", "_", "[", "]": escaped += "\\\(scalar)"
    case "<": escaped += "&lt;"
    case "&": escaped += "&amp;"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
}
