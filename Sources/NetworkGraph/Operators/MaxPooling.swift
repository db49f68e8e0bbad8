/// The largest value in each window; padding never wins.
public struct MaxPooling: OperatorDefinition {
  public static let name = "max_pooling"

  public let kernel: Size2D
  public let stride: Size2D
  public let padding: Padding
  public let dilation: Size2D
  /// Rounds the output extent up, so that a last, partial window counts.
  public let ceilMode: Bool

  /// - Parameter stride: the kernel's size where not given, as in PyTorch.
  public init(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding = .none, dilation: Size2D = 1, ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
    self.ceilMode = ceilMode
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    try Window.requireAccepted(kernel: kernel, stride: stride, dilation: dilation)
    let window = resolvedWindow(for: input)
    try requirePaddingWithinWindow(window)
    let size = try window.outputSize(input: input.spatial, ceilMode: ceilMode)
    return TensorShape(batch: input.batch, channels: input.channels, height: size.height, width: size.width)
  }

  public func window(for input: TensorShape) -> Window? { resolvedWindow(for: input) }

  public func resolvedWindow(for input: TensorShape) -> Window {
    let edges = padding.resolved(input: input.spatial, kernel: kernel, stride: stride, dilation: dilation)
    return Window(kernel: kernel, stride: stride, padding: edges, dilation: dilation)
  }
}

/// A pooling window must always hold at least one real value, or its result is undefined.
func requirePaddingWithinWindow(_ window: Window) throws(ShapeRuleViolation) {
  let fits =
    max(window.padding.top, window.padding.bottom) < window.extent.height
    && max(window.padding.left, window.padding.right) < window.extent.width
  guard fits else { throw ShapeRuleViolation("pooling padding must be smaller than the window \(window.extent)") }
}
