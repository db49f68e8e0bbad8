/// A width and a height in pixels. An integer literal means a square.
public struct PixelSize: Sendable, Hashable {
  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int

  /// A size of `width` columns and `height` rows. Nothing is checked here.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// A square with sides of `side` pixels.
  public init(_ side: Int) {
    self.init(width: side, height: side)
  }

  /// The size with width and height exchanged.
  var transposed: PixelSize { PixelSize(width: height, height: width) }
}

extension PixelSize: ExpressibleByIntegerLiteral {
  /// A square, so that `.center(224)` means 224 x 224 pixels.
  public init(integerLiteral side: Int) {
    self.init(side)
  }
}

extension PixelSize: CustomStringConvertible {
  /// Width before height, for example `320 x 240`.
  public var description: String { "\(width) x \(height)" }
}
