import Yams

/// Text as HTML shows it.
func escaped(_ text: some StringProtocol) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}

/// A line of Markdown: what stands between backticks is code.
func inline(_ text: some StringProtocol) -> String {
  text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
    index.isMultiple(of: 2) ? escaped(part) : "<code>\(escaped(part))</code>"
  }.joined()
}

/// The little Markdown that descriptions have: paragraphs, lists, code. A single paragraph goes without its element.
func prose(_ node: Node?) -> String {
  let blocks = (node?.string ?? "").split(separator: "\n\n").map(block)
  return blocks.count == 1 && blocks[0].hasPrefix("<p>") ? String(blocks[0].dropFirst(3).dropLast(4)) : blocks.joined()
}

private func block(_ text: Substring) -> String {
  guard text.hasPrefix("* ") else { return "<p>\(inline(text.split(separator: "\n").joined(separator: " ")))</p>" }
  let items = ("\n" + text).split(separator: "\n* ").map { item in
    "<li>\(inline(item.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")))</li>"
  }
  return "<ul>\(items.joined())</ul>"
}

/// A table that scrolls by itself where it is too wide.
func table(_ headings: [String], _ rows: [String]) -> String {
  let head = headings.map { "<th scope=\"col\">\($0)</th>" }.joined()
  return """
    <div class="scroll"><table><thead><tr>\(head)</tr></thead><tbody>
    \(rows.joined(separator: "\n"))
    </tbody></table></div>

    """
}
