/// How a stored picture must be turned to stand upright: EXIF 2.32, 4.6.5.1.4, tag 0x0112.
///
/// The names say where the first stored row and column end up in the upright picture.
public enum Orientation: UInt8, Sendable, Equatable, CaseIterable {
  case topLeft = 1
  case topRight = 2
  case bottomRight = 3
  case bottomLeft = 4
  case leftTop = 5
  case rightTop = 6
  case rightBottom = 7
  case leftBottom = 8

  /// Whether stored rows become columns, so that width and height change places.
  public var swapsSides: Bool { rawValue >= Orientation.leftTop.rawValue }

  /// Where an upright picture's pixels are stored: pixel (x, y) at `origin + x * column + y * row`, in pixels.
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
