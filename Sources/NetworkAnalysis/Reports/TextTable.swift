extension Table {
  /// The first column is cut to this many characters before other columns are left out.
  private static let comfortableNameWidth = 28
  /// The first column is cut to this many characters where no other column can be left out.
  private static let leastNameWidth = 8

  /// Plain text: columns padded with spaces under a ruled heading, one row a line.
  ///
  /// - Parameter width: most characters in a line; unlimited where not given. Long names in the first column are cut in
  ///   the middle first. Then the most dispensable columns are left out, and a last line names them.
  public func text(width: Int? = nil) -> String {
    let layout = Layout(self, width: max(width ?? .max, 1))
    let heading = layout.line(columns.map(\.title), self)
    let rule = layout.shown.map { String(repeating: "-", count: layout.widths[$0]) }.joined(separator: "  ")
    let body = rows.map { row in layout.line(row.map(\.text), self) }
    let left = layout.leftOut.map { columns[$0].title }.joined(separator: ", ")
    let note = left.isEmpty ? [] : wrapped("(left out for width: \(left))", width ?? .max)
    return ([heading, rule] + body + note).map { $0 + "\n" }.joined()
  }

  /// Which columns fit, and how wide each is.
  private struct Layout {
    private(set) var shown: [Int]
    private(set) var leftOut: [Int] = []
    private(set) var widths: [Int]

    init(_ table: Table, width: Int) {
      let forPeople = table.columns.indices.filter { !table.columns[$0].isForProgramsOnly }
      shown = forPeople
      widths = table.columns.indices.map { index in
        table.rows.reduce(table.columns[index].title.count) { max($0, $1[index].text.count) }
      }
      shrinkNames(to: Table.comfortableNameWidth, width)
      shown = forPeople.filter { table.columns[$0].dispensability == 0 }
      for column in forPeople.sorted(by: { table.rank($0) < table.rank($1) }) where !shown.contains(column) {
        let more = (shown + [column]).sorted()
        if total(more) <= width { shown = more } else { leftOut.append(column) }
      }
      leftOut.sort()
      shrinkNames(to: Table.leastNameWidth, width)
    }

    private func total(_ columns: [Int]) -> Int {
      columns.reduce(0) { $0 + widths[$1] } + 2 * max(columns.count - 1, 0)
    }

    private mutating func shrinkNames(to least: Int, _ width: Int) {
      guard let first = shown.first, total(shown) > width else { return }
      widths[first] = min(widths[first], max(least, widths[first] - (total(shown) - width)))
    }

    func line(_ texts: [String], _ table: Table) -> String {
      let cells = shown.map { padded(texts[$0], widths[$0], table.columns[$0].alignment) }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Order in which columns are shown: the least dispensable first, and the earlier column of two equal ones.
  private func rank(_ column: Int) -> (Int, Int) { (columns[column].dispensability, column) }
}

/// `text` filled up with spaces to `width`, or cut in its middle.
private func padded(_ text: String, _ width: Int, _ alignment: Table.Alignment) -> String {
  let text = abbreviated(text, width)
  let spaces = String(repeating: " ", count: width - text.count)
  return alignment == .left ? text + spaces : spaces + text
}

/// Keeps both ends of a name, which tell layers apart: `layer3.22…downsample`.
private func abbreviated(_ text: String, _ width: Int) -> String {
  guard text.count > width else { return text }
  let head = (width - 1) / 2
  return String(text.prefix(head)) + "…" + String(text.suffix(width - 1 - head))
}

/// `text` broken at spaces into lines of at most `width` characters, where its words allow.
func wrapped(_ text: String, _ width: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
