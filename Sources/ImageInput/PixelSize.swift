/// A width and a height in pixels; a plain number means a square.
public struct PixelSize: Sendable, Hashable {
  public let width: Int
  public let height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// A square.
  public init(_ side: Int) {
    self.init(width: side, height: side)
  }

  /// Width and height in each other's place.
  var transposed: PixelSize { PixelSize(width: height, height: width) }
}

extension PixelSize: ExpressibleByIntegerLiteral {
  public init(integerLiteral side: Int) {
    self.init(side)
  }
}

extension PixelSize: CustomStringConvertible {
  public var description: String { "\(width) x \(height)" }
}
