/// A window that slides over a feature map, with the padding for that map.
///
/// `Padding.same` depends on the map's extent; here it is already resolved to rows and columns.
public struct Window: Hashable, Sendable {
  /// Values that the window takes in each direction, without the gaps of the dilation. `1...16_384`.
  public let kernel: Size2D
  /// Distance between neighbouring windows, in input values. `1...16_384`.
  public let stride: Size2D
  /// Rows and columns added around the map. Each is in `0...16_384`.
  public let padding: EdgePadding
  /// Distance between neighbouring values of one window, in input values. 1 means no gaps. `1...16_384`.
  public let dilation: Size2D

  /// A window without padding or dilation unless they are given. `outputSize(input:ceilMode:)` checks the values.
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

  /// The number of windows in each direction: `(input + padding - extent) / stride + 1`, where `padding` is the sum of
  /// both edges.
  ///
  /// - Parameters:
  ///   - input: height and width of the feature map without padding.
  ///   - ceilMode: rounds the division up instead of down, so that a last, partial window counts. A last window that
  ///     would start in the padding behind the map is dropped, as PyTorch does.
  /// - Throws: `ShapeRuleViolation` where an attribute is outside its accepted range, or where the window is larger
  ///   than the padded map; with `ceilMode`, larger by a stride or more.
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
    // With ceilMode, PyTorch lets even the first window reach past the padded map, by less than a stride.
    guard span >= 0 || (ceilMode && span > -stride) else {
      throw ShapeRuleViolation(
        "the window's \(axis) \(window) must not exceed the padded input's \(axis) \(input + before + after)")
    }
    guard ceilMode else { return span / stride + 1 }
    let rounded = (span + stride - 1) / stride + 1
    return (rounded - 1) * stride >= input + before ? rounded - 1 : rounded
  }
}
