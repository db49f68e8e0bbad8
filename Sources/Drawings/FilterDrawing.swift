/// Filters as squares of colour: a tile each, or a row of tiles, one for each input channel.
public struct FilterDrawing: Hashable, Sendable {
  public struct Tile: Hashable, Sendable {
    /// What it is, for whoever points at it.
    public let name: String
    public let rows: Int
    public let columns: Int
    /// Row-major.
    public let cells: [Colour]

    public init(name: String, rows: Int, columns: Int, cells: [Colour]) {
      precondition(cells.count == rows * columns, "the cells do not fill the tile")
      (self.name, self.rows, self.columns, self.cells) = (name, rows, columns, cells)
    }
  }

  public let title: String
  public let summary: String
  public let tiles: [Tile]
  /// Tiles of a row.
  public let columns: Int

  public init(title: String, summary: String, tiles: [Tile], columns: Int? = nil) {
    (self.title, self.summary, self.tiles) = (title, summary, tiles)
    self.columns = columns ?? TileSheet.columns(for: tiles.count)
  }

  private static let margin = 16.0
  private static let heading = 28.0
  private static let gap = 6.0
  /// Of a tile's longer side, at least.
  private static let tileSide = 64

  public var document: SVGDocument {
    let extent = tiles.map { max($0.rows, $0.columns) }.max() ?? 1
    let cell = Double(max(1, (Self.tileSide + extent - 1) / extent))
    let pitch = cell * Double(extent) + Self.gap
    let rows = (tiles.count + columns - 1) / columns
    let drawn = tiles.enumerated().map { index, tile in
      draw(
        tile, x: Self.margin + Double(index % columns) * pitch,
        y: Self.margin + Self.heading + Double(index / columns) * pitch, cell: cell)
    }
    let width = max(2 * Self.margin + Double(columns) * pitch - Self.gap, 320)
    return SVGDocument(
      width: width, height: 2 * Self.margin + Self.heading + Double(rows) * pitch - Self.gap, title: title,
      summary: summary,
      [SVG.name(Self.margin, Self.margin + 12, title, width: width - 2 * Self.margin, size: 14, isBold: true)] + drawn)
  }

  private func draw(_ tile: Tile, x: Double, y: Double, cell: Double) -> MarkupElement {
    var elements = [MarkupElement("title", text: tile.name)]
    for row in 0..<tile.rows {
      for column in 0..<tile.columns {
        elements.append(
          SVG.rectangle(
            x: x + Double(column) * cell, y: y + Double(row) * cell, width: cell, height: cell,
            fill: tile.cells[row * tile.columns + column]))
      }
    }
    return MarkupElement("g", ["class": "tile", "shape-rendering": "crispEdges"], elements)
  }
}
