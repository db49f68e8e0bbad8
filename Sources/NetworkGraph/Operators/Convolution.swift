/// Two-dimensional cross-correlation of `C x H x W` with `outputChannels` kernels of `C/groups x K x K`.
///
/// Weights `[outputChannels, C / groups, kernel height, kernel width]`, bias `[outputChannels]`.
/// Parameters `N (C K^2 / groups + 1)`; multiply-accumulates `N H' W' C K^2 / groups`.
public struct Convolution: OperatorDefinition {
  public static let name = "convolution"

  public let outputChannels: Int
  public let kernel: Size2D
  public let stride: Size2D
  public let padding: Padding
  public let dilation: Size2D
  public let groups: Int
  public let hasBias: Bool

  public init(
    outputChannels: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding = .none,
    dilation: Size2D = 1, groups: Int = 1, hasBias: Bool = true
  ) {
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
  }

  public func outputShape(for inputs: [TensorShape]) throws(ShapeRuleViolation) -> TensorShape {
    let input = try singleFeatureMap(inputs)
    guard groups >= 1, input.channels % groups == 0, outputChannels % groups == 0 else {
      throw ShapeRuleViolation(
        "input channels (\(input.channels)) and output channels (\(outputChannels)) "
          + "must both be multiples of groups (\(groups))")
    }
    try requireAcceptedChannels(outputChannels, "output channels")
    try Window.requireAccepted(kernel: kernel, stride: stride, dilation: dilation)
    let size = try resolvedWindow(for: input).outputSize(input: input.spatial)
    let output = TensorShape(batch: input.batch, channels: outputChannels, height: size.height, width: size.width)
    try requireCountable(output, times: input.channels / groups, kernel.height, kernel.width)
    return output
  }

  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    let shape = [outputChannels, inputs[0].channels / groups, kernel.height, kernel.width]
    let weight = OperatorParameter(.weight, shape: shape)
    return hasBias ? [weight, OperatorParameter(.bias, shape: [outputChannels])] : [weight]
  }

  public func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int {
    output.elements * (inputs[0].channels / groups) * kernel.area
  }

  public func window(for input: TensorShape) -> Window? { resolvedWindow(for: input) }

  /// The window with `SAME` padding worked out for `input`.
  public func resolvedWindow(for input: TensorShape) -> Window {
    let edges = padding.resolved(input: input.spatial, kernel: kernel, stride: stride, dilation: dilation)
    return Window(kernel: kernel, stride: stride, padding: edges, dilation: dilation)
  }
}
