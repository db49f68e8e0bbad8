/// A window that slides over a feature map, with its padding already worked out for that map.
public struct Window: Hashable, Sendable {
  public let kernel: Size2D
  public let stride: Size2D
  public let padding: EdgePadding
  public let dilation: Size2D

  public init(kernel: Size2D, stride: Size2D, padding: EdgePadding = .zero, dilation: Size2D = 1) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// Extent of the window in the input, gaps of the dilation included: `(K - 1) D + 1`.
  public var extent: Size2D {
    Size2D(
      height: (kernel.height - 1) * dilation.height + 1,
      width: (kernel.width - 1) * dilation.width + 1)
  }

  /// Output extent `(W - F + 2P) / S + 1`, rounded down, or up with `ceilMode`.
  ///
  /// With `ceilMode` a last window that would start in the padding after the map is dropped, as PyTorch does.
  public func outputSize(input: Size2D, ceilMode: Bool = false) throws(ShapeRuleViolation) -> Size2D {
    try validate()
    return Size2D(
      height: try Self.outputExtent(
        input.height, window: extent.height, stride: stride.height,
        before: padding.top, after: padding.bottom, ceilMode: ceilMode, axis: "height"),
      width: try Self.outputExtent(
        input.width, window: extent.width, stride: stride.width,
        before: padding.left, after: padding.right, ceilMode: ceilMode, axis: "width"))
  }

  /// Checks attributes from outside, before any arithmetic with them.
  static func requireAccepted(kernel: Size2D, stride: Size2D, dilation: Size2D = 1) throws(ShapeRuleViolation) {
    let extents = [kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width]
    guard extents.allSatisfy((1...Limits.extent).contains) else {
      throw ShapeRuleViolation("kernel, stride and dilation must be between 1 and \(Limits.extent)")
    }
  }

  private func validate() throws(ShapeRuleViolation) {
    try Self.requireAccepted(kernel: kernel, stride: stride, dilation: dilation)
    let accepted = 0...Limits.extent
    guard [padding.top, padding.left, padding.bottom, padding.right].allSatisfy(accepted.contains) else {
      throw ShapeRuleViolation("padding must be between 0 and \(Limits.extent)")
    }
  }

  private static func outputExtent(
    _ input: Int, window: Int, stride: Int, before: Int, after: Int, ceilMode: Bool, axis: String
  ) throws(ShapeRuleViolation) -> Int {
    let span = input + before + after - window
    // Rounding up, PyTorch lets even the first window reach past the padded map, by less than a stride.
    guard span >= 0 || (ceilMode && span > -stride) else {
      throw ShapeRuleViolation(
        "the window's \(axis) \(window) must not exceed the padded input's \(axis) \(input + before + after)")
    }
    guard ceilMode else { return span / stride + 1 }
    let rounded = (span + stride - 1) / stride + 1
    return (rounded - 1) * stride >= input + before ? rounded - 1 : rounded
  }
}
