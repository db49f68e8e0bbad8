/// Where a picture lies along one axis of its pixel grid, in pixels; a reduced picture ends inside its last pixel.
struct PixelSpan: Sendable, Equatable {
  let start: Double
  let length: Double

  /// The whole of a grid.
  init(_ length: Int) {
    start = 0
    self.length = Double(length)
  }

  init(start: Double, length: Double) {
    self.start = start
    self.length = length
  }

  /// The same on a grid that is turned around.
  func mirrored(on grid: Int) -> PixelSpan {
    PixelSpan(start: Double(grid) - start - length, length: length)
  }
}
