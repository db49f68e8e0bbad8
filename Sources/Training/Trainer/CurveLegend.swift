/// Where the names of a panel's lines stand below its plot, in as many rows as they need.
struct CurveLegend {
  /// Where one name stands.
  struct Place: Equatable {
    /// From the legend's left edge.
    let x: Double
    let row: Int
    /// The width into which the name is squeezed; nil where it has room.
    let squeezedWidth: Double?
  }

  static let rowHeight = 16
  /// From an entry's left edge, where its colour is, to its name.
  static let indent = 20.0
  /// Between two entries.
  private static let gap = 14.0
  /// The width of a letter, rather too wide: the picture does not know the reader's font.
  private static let letterWidth = 8.0

  /// One a name, in their order.
  let places: [Place]

  init(names: [String], width: Double) {
    var places: [Place] = []
    var (x, row) = (0.0, 0)
    for name in names {
      let wanted = Double(name.count) * Self.letterWidth
      if x > 0, x + Self.indent + wanted > width { (x, row) = (0, row + 1) }
      let room = width - Self.indent
      places.append(Place(x: x, row: row, squeezedWidth: wanted > room ? room : nil))
      x += Self.indent + min(wanted, room) + Self.gap
    }
    self.places = places
  }

  var rowCount: Int { (places.last?.row ?? 0) + 1 }
}
