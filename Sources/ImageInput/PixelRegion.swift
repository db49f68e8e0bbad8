/// A rectangle of whole pixels; it may reach outside the picture that it refers to.
public struct PixelRegion: Sendable, Hashable {
  /// The left edge.
  public let x: Int
  /// The upper edge.
  public let y: Int
  public let width: Int
  public let height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var columns: Range<Int> { x..<x + width }
  var rows: Range<Int> { y..<y + height }
  var area: Int { width * height }

  /// The part inside a picture of a size; nil if nothing is.
  func clipped(to size: PixelSize) -> PixelRegion? {
    intersection(PixelRegion(x: 0, y: 0, width: size.width, height: size.height))
  }

  /// What both regions hold; nil if that is nothing.
  func intersection(_ other: PixelRegion) -> PixelRegion? {
    let columns = columns.clamped(to: other.columns)
    let rows = rows.clamped(to: other.rows)
    guard !columns.isEmpty, !rows.isEmpty else { return nil }
    return PixelRegion(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
  }

  /// The smallest region that holds both.
  func union(_ other: PixelRegion) -> PixelRegion {
    let left = min(x, other.x)
    let top = min(y, other.y)
    let right = max(x + width, other.x + other.width)
    let bottom = max(y + height, other.y + other.height)
    return PixelRegion(x: left, y: top, width: right - left, height: bottom - top)
  }
}
