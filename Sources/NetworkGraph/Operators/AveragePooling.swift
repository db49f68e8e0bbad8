/// The mean of each window.
public struct AveragePooling: OperatorDefinition {
  public static let name = "average_pooling"

  public let kernel: Size2D
  public let stride: Size2D
  public let padding: Padding
  /// Rounds the output extent up, so that a last, partial window counts.
  public let ceilMode: Bool
  /// Whether padded positions count in the divisor (PyTorch's default) or only real values do.
  public let countIncludePad: Bool

  /// - Parameter stride: the kernel's size where not given, as in PyTorch.
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

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    try Window.requireAccepted(kernel: kernel, stride: stride)
    let window = resolvedWindow(for: input)
    try requirePaddingWithinWindow(window)
    let size = try window.outputSize(input: input.spatial, ceilMode: ceilMode)
    return TensorShape(batch: input.batch, channels: input.channels, height: size.height, width: size.width)
  }

  public func window(for input: TensorShape) -> Window? { resolvedWindow(for: input) }

  public func resolvedWindow(for input: TensorShape) -> Window {
    let edges = padding.resolved(input: input.spatial, kernel: kernel, stride: stride, dilation: 1)
    return Window(kernel: kernel, stride: stride, padding: edges)
  }
}
