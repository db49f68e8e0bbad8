/// Small pictures side by side, row by row, and at the right the scale of their colours where they share one.
public struct TileSheet: Hashable, Sendable {
  public let tiles: [Raster]
  public let columns: Int
  public let hasScale: Bool

  private static let gap = 4
  private static let scaleWidth = 12

  /// - Parameter columns: as many as rows, or one more, where not given.
  /// - Precondition: there is a tile, and all are of one size.
  public init(_ tiles: [Raster], columns: Int? = nil, hasScale: Bool = false) {
    precondition(!tiles.isEmpty, "a sheet has a tile")
    self.tiles = tiles
    self.columns = columns ?? Self.columns(for: tiles.count)
    self.hasScale = hasScale
  }

  static func columns(for count: Int) -> Int {
    (1...max(count, 1)).first { $0 * $0 >= count } ?? 1
  }

  public var raster: Raster {
    let (width, height) = (tiles[0].width + Self.gap, tiles[0].height + Self.gap)
    let rows = (tiles.count + columns - 1) / columns
    let right = columns * width + Self.gap
    var sheet = Raster(
      width: right + (hasScale ? Self.scaleWidth + Self.gap : 0), height: rows * height + Self.gap, fill: .white)
    for (index, tile) in tiles.enumerated() {
      sheet.place(tile, x: Self.gap + index % columns * width, y: Self.gap + index / columns * height)
    }
    if hasScale {
      let scale = Self.scale(height: rows * height - Self.gap)
      sheet.place(scale, x: right, y: Self.gap)
    }
    return sheet
  }

  /// Strongest on top.
  private static func scale(height: Int) -> Raster {
    var scale = Raster(width: scaleWidth, height: height, fill: .white)
    for y in 0..<height {
      let colour = Viridis.colour(1 - (Double(y) + 0.5) / Double(height))
      for x in 0..<scaleWidth { scale[x, y] = colour }
    }
    return scale
  }
}

extension Raster {
  /// Values in the colours of viridis, a pixel each.
  ///
  /// - Precondition: the values fill the picture.
  public init(width: Int, height: Int, values: [Float], from low: Float, to high: Float) {
    self.init(
      width: width, height: height,
      pixels: values.flatMap { value in
        let colour = Viridis.colour(value, from: low, to: high)
        return [colour.red, colour.green, colour.blue]
      })
  }

  /// The picture as large as is needed for a shorter side of that many pixels, each pixel a square.
  public func enlarged(toAtLeast side: Int) -> Raster {
    enlarged(max(1, (side + min(width, height) - 1) / min(width, height)))
  }
}
