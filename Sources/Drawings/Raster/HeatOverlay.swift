/// Values in the colours of viridis over a picture, which is grey below them: what is bright is strong.
public struct HeatOverlay: Hashable, Sendable {
  public let ground: Raster
  /// Over the whole of the picture.
  public let grid: ValueGrid
  /// What the brightest colour stands for; with nothing above zero the picture stays as it is.
  public let maximum: Float

  /// How much of each pixel's colour is that of its value.
  private static let share = 0.55

  public init(_ grid: ValueGrid, over ground: Raster, maximum: Float? = nil) {
    (self.grid, self.ground) = (grid, ground)
    self.maximum = maximum ?? grid.values.max() ?? 0
  }

  public var raster: Raster {
    guard maximum > 0 else { return ground }
    var result = ground
    let values = grid.enlarged(width: ground.width, height: ground.height)
    for y in 0..<ground.height {
      for x in 0..<ground.width {
        let colour = Viridis.colour(values[y * ground.width + x], from: 0, to: maximum)
        result[x, y] = ground[x, y].grey.mixed(with: colour, share: Self.share)
      }
    }
    return result
  }
}
