/// Rows and columns added around a feature map before a window slides over it.
public struct EdgePadding: Hashable, Sendable {
  public let top: Int
  public let left: Int
  public let bottom: Int
  public let right: Int

  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  public static let zero = EdgePadding(top: 0, left: 0, bottom: 0, right: 0)

  public var isZero: Bool { self == .zero }
}

/// How a window operator pads its input.
public enum Padding: Hashable, Sendable {
  /// Fixed amounts, possibly different on each edge.
  case edges(EdgePadding)
  /// TensorFlow's `SAME`: output extent `ceil(input / stride)`, the odd row or column after the map.
  case same

  public static let none = Padding.edges(.zero)

  /// The same number of rows or columns on opposite edges.
  public static func symmetric(_ size: Size2D) -> Padding {
    .edges(EdgePadding(top: size.height, left: size.width, bottom: size.height, right: size.width))
  }

  /// The amounts for a map of extent `input`.
  public func resolved(input: Size2D, kernel: Size2D, stride: Size2D, dilation: Size2D) -> EdgePadding {
    switch self {
    case .edges(let edges):
      return edges
    case .same:
      let vertical = Self.sameTotal(input.height, kernel.height, stride.height, dilation.height)
      let horizontal = Self.sameTotal(input.width, kernel.width, stride.width, dilation.width)
      return EdgePadding(
        top: vertical / 2, left: horizontal / 2,
        bottom: vertical - vertical / 2, right: horizontal - horizontal / 2)
    }
  }

  private static func sameTotal(_ input: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
    let output = (input + stride - 1) / stride
    return max((output - 1) * stride + (kernel - 1) * dilation + 1 - input, 0)
  }
}

extension Padding: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) {
    self = .symmetric(Size2D(value))
  }
}
