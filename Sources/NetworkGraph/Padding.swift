/// Rows and columns of padding on each edge of a feature map, in values. A window slides over the padded map.
public struct EdgePadding: Hashable, Sendable {
  /// Rows above the map.
  public let top: Int
  /// Columns to the left of the map.
  public let left: Int
  /// Rows below the map.
  public let bottom: Int
  /// Columns to the right of the map.
  public let right: Int

  /// Padding of possibly different extent on each edge. Operators accept `0...16_384` when shapes are inferred.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// No padding on any edge.
  public static let zero = EdgePadding(top: 0, left: 0, bottom: 0, right: 0)

  /// Whether no edge is padded.
  public var isZero: Bool { self == .zero }
}

/// How an operator with a window pads its input. Convolutions and average pooling pad with zeros; in max pooling a
/// padded position never wins.
public enum Padding: Hashable, Sendable {
  /// Fixed amounts, possibly different on each edge.
  case edges(EdgePadding)
  /// TensorFlow's `SAME`: the output extent is `ceil(input / stride)`. Where the number of padded rows or columns is
  /// odd, the extra one lies below or to the right of the map.
  case same

  /// No padding: `edges(.zero)`.
  public static let none = Padding.edges(.zero)

  /// `size.height` rows above and below the map, and `size.width` columns to its left and right.
  public static func symmetric(_ size: Size2D) -> Padding {
    .edges(EdgePadding(top: size.height, left: size.width, bottom: size.height, right: size.width))
  }

  /// The rows and columns to pad around a feature map of extent `input`.
  ///
  /// Fixed amounts do not depend on the arguments. `same` depends on all of them.
  ///
  /// - Precondition: every extent of `stride` is at least 1.
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
  /// The same number of rows and columns on all four edges, so that `padding: 1` means `.symmetric(1)`.
  public init(integerLiteral value: Int) {
    self = .symmetric(Size2D(value))
  }
}
