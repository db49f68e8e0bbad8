import Drawings
import Explanations
import ImageInput

extension Filters {
  /// Squares of a drawing, at most: as many as a browser still draws at once.
  private static let maximumCells = 16_384
  /// Tiles of a picture, at most.
  private static let maximumTiles = 4_096
  /// Pixels of a tile's shorter side, at least.
  private static let side = 32

  /// Every filter as squares, or as many as can be drawn.
  public var drawing: SVGDocument {
    let tiles = tiles(atMost: Self.maximumCells / max(shape[2] * shape[3], 1))
    let scale = "each filter from its least weight to its greatest"
    return FilterDrawing(
      title: "Filters of \(layer)",
      summary: kind == .color
        ? "\(shape[0]) filters of \(shape[2]) x \(shape[3]), each in the colours that it looks for, \(scale)."
        : "\(shape[0]) filters of \(shape[2]) x \(shape[3]) on \(shape[1]) channels, a row a filter, \(scale).",
      tiles: tiles, columns: columns
    ).document
  }

  /// The same as a picture.
  public var sheet: Raster {
    let tiles = tiles(atMost: Self.maximumTiles).map { tile in
      Raster(
        width: tile.columns, height: tile.rows, pixels: tile.cells.flatMap { [$0.red, $0.green, $0.blue] }
      ).enlarged(toAtLeast: Self.side)
    }
    return TileSheet(tiles, columns: columns).raster
  }

  /// Slices of a filter stand in a row; where there is but one, filters share the rows.
  private var columns: Int? { kind == .slices && shape[1] > 1 ? min(shape[1], Self.maximumSlices) : nil }

  /// Slices of a row, at most.
  private static let maximumSlices = 64

  private func tiles(atMost count: Int) -> [FilterDrawing.Tile] {
    let each = kind == .color ? 1 : min(shape[1], Self.maximumSlices)
    return filters.prefix(max(count / each, 1)).flatMap { filter in
      kind == .color ? [coloured(filter)] : slices(of: filter)
    }
  }

  private func coloured(_ filter: Filter) -> FilterDrawing.Tile {
    let planes = channelOrder == .bgr ? filter.values.reversed() : filter.values
    let cells = planes[0].values.indices.map { index in
      let channels = planes.map { plane in
        UInt8((share(plane.values[index], filter) * 255).rounded())
      }
      return Colour(red: channels[0], green: channels[1], blue: channels[2])
    }
    return FilterDrawing.Tile(name: name(filter), rows: shape[2], columns: shape[3], cells: cells)
  }

  private func slices(of filter: Filter) -> [FilterDrawing.Tile] {
    filter.values.prefix(Self.maximumSlices).enumerated().map { channel, plane in
      FilterDrawing.Tile(
        name: shape[1] > 1 ? "\(name(filter)), channel \(channel)" : name(filter), rows: shape[2], columns: shape[3],
        cells: plane.values.map { Viridis.colour(share($0, filter)) })
    }
  }

  private func share(_ value: Float, _ filter: Filter) -> Double {
    guard filter.maximum > filter.minimum else { return 0.5 }
    return Double(value - filter.minimum) / Double(filter.maximum - filter.minimum)
  }

  private func name(_ filter: Filter) -> String {
    "Filter \(filter.index): \(Numbers.fixed(Double(filter.minimum), 3)) to \(Numbers.fixed(Double(filter.maximum), 3))"
  }
}
