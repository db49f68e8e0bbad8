/// How a stored image must be turned to stand upright: EXIF 2.32, 4.6.5.1.4, tag 0x0112. Raw values are EXIF's.
///
/// A name says where the first stored row and the first stored column lie in the upright image.
public enum Orientation: UInt8, Sendable, Equatable, CaseIterable {
  /// The image is stored upright.
  case topLeft = 1
  /// The image must be mirrored left to right.
  case topRight = 2
  /// The image must be rotated by 180 degrees.
  case bottomRight = 3
  /// The image must be mirrored top to bottom.
  case bottomLeft = 4
  /// The image must be mirrored along the diagonal from upper left to lower right, so that rows become columns.
  case leftTop = 5
  /// The image must be rotated clockwise by 90 degrees. Phones held upright often store this.
  case rightTop = 6
  /// The image must be mirrored along the diagonal from upper right to lower left, so that rows become columns.
  case rightBottom = 7
  /// The image must be rotated counterclockwise by 90 degrees.
  case leftBottom = 8

  /// Whether stored rows become columns, so that width and height are exchanged.
  public var swapsSides: Bool { rawValue >= Orientation.leftTop.rawValue }

  /// Where the pixels of an upright image are stored: pixel (x, y) at `origin + x * column + y * row`, counted in
  /// pixels.
  typealias Walk = (origin: Int, column: Int, row: Int)

  func walk(storedWidth width: Int, storedHeight height: Int) -> Walk {
    let right = width - 1
    let bottom = (height - 1) * width
    switch self {
    case .topLeft: return (0, 1, width)
    case .topRight: return (right, -1, width)
    case .bottomRight: return (bottom + right, -1, -width)
    case .bottomLeft: return (bottom, 1, -width)
    case .leftTop: return (0, width, 1)
    case .rightTop: return (bottom, -width, 1)
    case .rightBottom: return (bottom + right, -width, -1)
    case .leftBottom: return (right, width, -1)
    }
  }
}
