/// Means over a grid of `outputSize` regions that cover the whole map, as PyTorch's `AdaptiveAvgPool2d`: `C x H x W` to
/// `C x outputSize`.
///
/// Region `i` of `n` spans the rows `floor(i H / n)` to `ceil((i + 1) H / n)`, the end excluded, and columns likewise.
/// Neighbouring regions overlap where `n` does not divide `H`.
public struct AdaptiveAveragePooling: OperatorDefinition {
  /// `adaptive_average_pooling`.
  public static let name = "adaptive_average_pooling"

  /// Height and width of the output map, each in `1...16_384`. It may exceed the input's, in which case regions repeat
  /// values.
  public let outputSize: Size2D

  /// Pools to `outputSize`, whatever the input's extent.
  public init(outputSize: Size2D) {
    self.outputSize = outputSize
  }

  /// `C x outputSize` for one input of `C x H x W`.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, or an output size outside its accepted range.
  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    let accepted = 1...Limits.extent
    guard accepted.contains(outputSize.height), accepted.contains(outputSize.width) else {
      throw ShapeRuleViolation("the output size must be between 1x1 and \(Size2D(Limits.extent))")
    }
    return TensorShape(
      batch: input.batch, channels: input.channels, height: outputSize.height, width: outputSize.width)
  }

  /// A sliding window that stands for the regions. It is exact where the output's extents divide the input's.
  public func window(for input: TensorShape) -> Window? {
    adaptiveWindow(input: input.spatial, output: outputSize)
  }
}

/// The sliding window that adaptive pooling amounts to where the extents divide: stride `floor(in / out)`.
func adaptiveWindow(input: Size2D, output: Size2D) -> Window {
  let stride = Size2D(
    height: max(input.height / output.height, 1), width: max(input.width / output.width, 1))
  let kernel = Size2D(
    height: max(input.height - (output.height - 1) * stride.height, 1),
    width: max(input.width - (output.width - 1) * stride.width, 1))
  return Window(kernel: kernel, stride: stride)
}
