import Drawings
import Explanations

extension SeenImage {
  /// What the network saw, a pixel for each of its input.
  public var raster: Raster { Raster(width: width, height: height, pixels: pixels) }
}

extension Explanation {
  /// Pixels of an overlay's shorter side, at least.
  private static let side = 224

  /// The map over what the network saw.
  public var overlay: Raster {
    HeatOverlay(grid, over: seen.raster.enlarged(toAtLeast: Self.side), maximum: map.maximum).raster
  }

  /// The values where they belong: those of a layer share the picture out, those of patches lie in their middles.
  private var grid: ValueGrid {
    guard let patches else { return ValueGrid(rows: map.height, columns: map.width, values: map.values) }
    func middles(_ starts: [Int], _ extent: Int) -> [Double] {
      starts.map { (Double($0) + Double(patches.side) / 2) / Double(extent) }
    }
    return ValueGrid(
      values: map.values, rowPlaces: middles(patches.tops, seen.height),
      columnPlaces: middles(patches.lefts, seen.width))
  }
}

extension Activations {
  /// Pixels of a tile's shorter side, at least.
  private static let side = 64

  /// A tile for each channel, all on one scale, which stands at the right.
  public var sheet: Raster {
    let low = channels.map(\.minimum).min() ?? 0
    let high = channels.map(\.maximum).max() ?? 0
    let tiles = channels.map { channel in
      let map = channel.values
      return Raster(width: map.width, height: map.height, values: map.values, from: low, to: high)
        .enlarged(toAtLeast: Self.side)
    }
    return TileSheet(tiles, hasScale: true).raster
  }
}
