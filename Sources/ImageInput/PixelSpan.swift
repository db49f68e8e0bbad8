/// The part of one axis of the pixel grid that an image covers, in pixels. An image of reduced size ends inside its
/// last pixel.
struct PixelSpan: Sendable, Equatable {
  let start: Double
  let length: Double

  /// The whole grid.
  init(_ length: Int) {
    start = 0
    self.length = Double(length)
  }

  init(start: Double, length: Double) {
    self.start = start
    self.length = length
  }

  /// The same part on the mirrored grid.
  func mirrored(on grid: Int) -> PixelSpan {
    PixelSpan(start: Double(grid) - start - length, length: length)
  }
}
