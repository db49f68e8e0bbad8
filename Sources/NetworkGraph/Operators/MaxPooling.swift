/// The largest value of each window, channel by channel: `C x H x W` to `C x H' x W'`. Padded positions are never the
/// largest.
public struct MaxPooling: OperatorDefinition {
  /// `max_pooling`.
  public static let name = "max_pooling"

  /// Extent of the window without the gaps of the dilation, in input values. Each side is in `1...16_384`.
  public let kernel: Size2D
  /// Distance between neighbouring windows, in input values. Each side is in `1...16_384`.
  public let stride: Size2D
  /// Rows and columns added around the map. Each edge must be smaller than the window.
  public let padding: Padding
  /// Distance between neighbouring values of one window, in input values. 1 means no gaps. Each side is in
  /// `1...16_384`.
  public let dilation: Size2D
  /// Whether the output extent is rounded up, so that a last, partial window counts.
  public let ceilMode: Bool

  /// Pooling with PyTorch's defaults.
  ///
  /// - Parameter stride: the kernel's extent where not given, so that windows do not overlap.
  public init(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding = .none, dilation: Size2D = 1, ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
    self.ceilMode = ceilMode
  }

  /// `C x H' x W'` for one input of `C x H x W`. `Window.outputSize(input:ceilMode:)` gives the formula.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, for attributes outside their accepted ranges, or where the window
  ///   does not fit the padded map.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    try Window.requireAccepted(kernel: kernel, stride: stride, dilation: dilation)
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
    let edges = padding.resolved(input: input.spatial, kernel: kernel, stride: stride, dilation: dilation)
    return Window(kernel: kernel, stride: stride, padding: edges, dilation: dilation)
  }
}

/// Checks that every pooling window holds at least one real value. The result of a window of padding alone is
/// undefined.
func requirePaddingWithinWindow(_ window: Window) throws(ShapeRuleViolation) {
  let fits =
    max(window.padding.top, window.padding.bottom) < window.extent.height
    && max(window.padding.left, window.padding.right) < window.extent.width
  guard fits else { throw ShapeRuleViolation("pooling padding must be smaller than the window \(window.extent)") }
}
