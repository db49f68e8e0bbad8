/// What the colours of a diagram mean: a row of names, or several where one is too narrow.
struct Legend {
  struct Entry {
    let name: String
    let colour: Colour
    let dashes: String?
  }

  static let rowHeight = 20.0
  private static let indent = 26.0
  private static let gap = 18.0

  let entries: [Entry]
  let width: Double

  var height: Double { Double((places.last?.row ?? -1) + 1) * Self.rowHeight }

  /// - Parameter top: the upper edge of the first row.
  func elements(left: Double, top: Double) -> [MarkupElement] {
    zip(entries, places).flatMap { entry, place in
      let (x, y) = (left + place.x, top + Double(place.row) * Self.rowHeight + 10)
      return [
        SVG.path([(x, y), (x + 18, y)], stroke: entry.colour, dashes: entry.dashes),
        SVG.name(x + Self.indent, y + 4, entry.name, width: width - Self.indent),
      ]
    }
  }

  private var places: [(x: Double, row: Int)] {
    var places: [(x: Double, row: Int)] = []
    var (x, row) = (0.0, 0)
    for entry in entries {
      let wanted = Self.indent + min(TextWidth.estimated(entry.name, size: 12), width - Self.indent)
      if x > 0, x + wanted > width { (x, row) = (0, row + 1) }
      places.append((x, row))
      x += wanted + Self.gap
    }
    return places
  }
}
