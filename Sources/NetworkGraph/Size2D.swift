/// A height and a width: of a kernel, a stride, a dilation or a feature map. Nothing is checked here: operators check
/// their attributes when shapes are inferred.
public struct Size2D: Hashable, Sendable {
  /// Extent along the rows' direction, vertical: the first of the two in NCHW order.
  public let height: Int
  /// Extent along the columns' direction, horizontal: the second of the two in NCHW order.
  public let width: Int

  /// An extent that may differ in the two directions. Order is height before width, as in NCHW.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same extent in both directions.
  public init(_ extent: Int) {
    self.init(height: extent, width: extent)
  }

  /// Number of positions, `height * width`.
  public var area: Int { height * width }
}

extension Size2D: ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The same extent in both directions, so that `kernel: 3` means 3x3.
  public init(integerLiteral value: Int) {
    self.init(value)
  }

  /// Height before width, for example `3x3`.
  public var description: String { "\(height)x\(width)" }
}
