/// The mean of each window, channel by channel: `C x H x W` to `C x H' x W'`.
public struct AveragePooling: OperatorDefinition {
  /// `average_pooling`.
  public static let name = "average_pooling"

  /// Extent of the window, in input values. Each side is in `1...16_384`.
  public let kernel: Size2D
  /// Distance between neighbouring windows, in input values. Each side is in `1...16_384`.
  public let stride: Size2D
  /// Rows and columns of zeros around the map. Each edge must be smaller than the window.
  public let padding: Padding
  /// Whether the output extent is rounded up, so that a last, partial window counts.
  public let ceilMode: Bool
  /// Whether padded positions count in the divisor, which is PyTorch's default. `false` divides by the number of real
  /// values.
  public let countIncludePad: Bool

  /// Pooling with PyTorch's defaults.
  ///
  /// - Parameters:
  ///   - stride: the kernel's extent where not given, so that windows do not overlap.
  ///   - countIncludePad: whether padded positions count in the divisor.
  public init(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding = .none, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
  }

  /// `C x H' x W'` for one input of `C x H x W`. `Window.outputSize(input:ceilMode:)` gives the formula.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, for attributes outside their accepted ranges, or where the window
  ///   does not fit the padded map.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    try Window.requireAccepted(kernel: kernel, stride: stride)
    let window = resolvedWindow(for: input)
    try requirePaddingWithinWindow(window)
    let size = try window.outputSize(input: input.spatial, ceilMode: ceilMode)
    return TensorShape(batch: input.batch, channels: input.channels, height: size.height, width: size.width)
  }

  /// The pooling window with padding resolved for `input`; never `nil`.
  public func window(for input: TensorShape) -> Window? { resolvedWindow(for: input) }

  /// The pooling window, with `SAME` padding resolved to rows and columns for the map `input`.
  ///
  /// - Precondition: every extent of the stride is at least 1.
  public func resolvedWindow(for input: TensorShape) -> Window {
    let edges = padding.resolved(input: input.spatial, kernel: kernel, stride: stride, dilation: 1)
    return Window(kernel: kernel, stride: stride, padding: edges)
  }
}
