/// A rectangle of whole pixels. It may reach outside the image that it refers to.
public struct PixelRegion: Sendable, Hashable {
  /// The left edge: index of the first column; negative left of the image.
  public let x: Int
  /// The upper edge: index of the first row; negative above the image.
  public let y: Int
  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int

  /// A rectangle from its upper left corner and its size, in pixels.
  ///
  /// - Precondition: width and height are not negative.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var columns: Range<Int> { x..<x + width }
  var rows: Range<Int> { y..<y + height }
  var area: Int { width * height }

  /// The part inside an image of the given size, or `nil` where no pixel is inside.
  func clipped(to size: PixelSize) -> PixelRegion? {
    intersection(PixelRegion(x: 0, y: 0, width: size.width, height: size.height))
  }

  /// The pixels in both regions, or `nil` where they share none.
  func intersection(_ other: PixelRegion) -> PixelRegion? {
    let columns = columns.clamped(to: other.columns)
    let rows = rows.clamped(to: other.rows)
    guard !columns.isEmpty, !rows.isEmpty else { return nil }
    return PixelRegion(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
  }

  /// The smallest region that contains both.
  func union(_ other: PixelRegion) -> PixelRegion {
    let left = min(x, other.x)
    let top = min(y, other.y)
    let right = max(x + width, other.x + other.width)
    let bottom = max(y + height, other.y + other.height)
    return PixelRegion(x: left, y: top, width: right - left, height: bottom - top)
  }
}
