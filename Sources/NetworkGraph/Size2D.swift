/// A height and a width: of a kernel, a stride, a dilation or a feature map.
public struct Size2D: Hashable, Sendable {
  public let height: Int
  public let width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same extent in both directions.
  public init(_ extent: Int) {
    self.init(height: extent, width: extent)
  }

  public var area: Int { height * width }
}

extension Size2D: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral value: Int) {
    self.init(value)
  }

  public var description: String { "\(height)x\(width)" }
}
