/// Elements of pages.
public enum HTML {
  public static func paragraph(_ text: String, _ kind: String? = nil) -> MarkupElement {
    let element = MarkupElement("p", text: text)
    return kind.map { element.with("class", $0) } ?? element
  }

  public static func heading(_ text: String) -> MarkupElement { MarkupElement("h3", text: text) }

  /// A name from outside, kept from turning the text around it (Unicode's bidirectional marks).
  public static func name(_ name: String) -> MarkupElement { MarkupElement("bdi", text: name) }

  /// A drawing that scrolls within the page where the page is narrower.
  public static func figure(_ drawing: SVGDocument) -> MarkupElement {
    MarkupElement("div", ["class": "drawing"], [drawing.element])
  }

  public static func block(_ kind: String, _ children: [MarkupElement]) -> MarkupElement {
    MarkupElement("div", ["class": kind], children)
  }

  /// A cell of a table.
  public enum Cell {
    case text(String)
    /// Aligned at the right.
    case number(String)
    case elements([MarkupElement])

    fileprivate var element: MarkupElement {
      switch self {
      case .text(let text): MarkupElement("td", [:], [HTML.name(text)])
      case .number(let text): MarkupElement("td", ["class": "n"], text: text)
      case .elements(let elements): MarkupElement("td", [:], elements)
      }
    }
  }

  /// - Parameter head: names of the columns, with whether they hold numbers.
  public static func table(_ head: [(name: String, isNumber: Bool)], _ rows: [[Cell]]) -> MarkupElement {
    let cells = head.map { column in
      let cell = MarkupElement("th", ["scope": "col"], text: column.name)
      return column.isNumber ? cell.with("class", "n") : cell
    }
    return block(
      "drawing",
      [
        MarkupElement(
          "table", [:],
          [
            MarkupElement("thead", [:], [MarkupElement("tr", [:], cells)]),
            MarkupElement("tbody", [:], rows.map { MarkupElement("tr", [:], $0.map(\.element)) }),
          ])
      ])
  }

  /// Names and values.
  public static func record(_ rows: [(name: String, value: String)]) -> MarkupElement {
    MarkupElement(
      "dl", [:],
      rows.flatMap { row in
        [MarkupElement("dt", text: row.name), MarkupElement("dd", [:], [name(row.value)])]
      })
  }

  /// The first elements, and the others behind a line that opens.
  public static func unfolding(_ elements: [MarkupElement], limit: Int, in container: String) -> [MarkupElement] {
    let first = MarkupElement(container, [:], Array(elements.prefix(limit)))
    guard elements.count > limit else { return [first] }
    let rest = MarkupElement(container, [:], Array(elements.dropFirst(limit)))
    return [first, details("\(Numbers.count(elements.count - limit)) more", [rest])]
  }

  public static func details(_ summary: String, _ children: [MarkupElement]) -> MarkupElement {
    MarkupElement("details", [:], [MarkupElement("summary", text: summary)] + children)
  }
}
