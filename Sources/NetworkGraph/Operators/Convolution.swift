/// Two-dimensional cross-correlation: `C x H x W` to `outputChannels x H' x W'`.
///
/// Weights are `[outputChannels, C / groups, kernel height, kernel width]`, the bias is `[outputChannels]`. With `K`
/// output channels and a kernel of `R x S`, the layer has `K (C / groups R S + 1)` parameters, the 1 for the bias, and
/// `K H' W' C / groups R S` multiply-accumulates for each sample.
public struct Convolution: OperatorDefinition {
  /// `convolution`.
  public static let name = "convolution"

  /// Number of kernels, and so of output maps: `1...16_777_216`, and a multiple of `groups`.
  public let outputChannels: Int
  /// Extent of the kernel without the gaps of the dilation, in input values. Each side is in `1...16_384`.
  public let kernel: Size2D
  /// Distance between neighbouring windows, in input values. Each side is in `1...16_384`.
  public let stride: Size2D
  /// Rows and columns of zeros around the map.
  public let padding: Padding
  /// Distance between neighbouring values of one window, in input values. 1 means no gaps. Each side is in
  /// `1...16_384`.
  public let dilation: Size2D
  /// Number of groups into which input and output channels are split. Each group is convolved on its own. 1 is the
  /// ordinary convolution; as many groups as input channels make it depthwise.
  public let groups: Int
  /// Whether a learned offset is added to each output channel. Layers before batch normalisation usually have none.
  public let hasBias: Bool

  /// A convolution with PyTorch's defaults. Shape inference checks the attributes.
  ///
  /// - Parameters:
  ///   - outputChannels: number of kernels, a multiple of `groups`.
  ///   - kernel: height and width of the kernel; an integer means a square.
  ///   - padding: zeros around the map. `.same` keeps the extent at stride 1.
  ///   - groups: 1 for an ordinary convolution, the number of input channels for a depthwise one.
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

  /// `outputChannels x H' x W'` for one input of `C x H x W`. `Window.outputSize(input:ceilMode:)` gives the formula.
  ///
  /// - Throws: `ShapeRuleViolation` for other inputs, for attributes outside their accepted ranges, where `groups` does
  ///   not divide the channels, where the window does not fit the padded map, or where the layer has more than 2^48
  ///   multiply-accumulates.
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

  /// The weight `[outputChannels, C / groups, kernel height, kernel width]`, and the bias `[outputChannels]` where
  /// there is one.
  public func parameters(for inputs: [TensorShape]) -> [OperatorParameter] {
    let shape = [outputChannels, inputs[0].channels / groups, kernel.height, kernel.width]
    let weight = OperatorParameter(.weight, shape: shape)
    return hasBias ? [weight, OperatorParameter(.bias, shape: [outputChannels])] : [weight]
  }

  /// `N outputChannels H' W'` times `C / groups` times the kernel's area. The bias does not count.
  public func multiplyAccumulates(inputs: [TensorShape], output: TensorShape) -> Int {
    output.elements * (inputs[0].channels / groups) * kernel.area
  }

  /// The convolution's window with padding resolved for `input`; never `nil`.
  public func window(for input: TensorShape) -> Window? { resolvedWindow(for: input) }

  /// The convolution's window, with `SAME` padding resolved to rows and columns for the map `input`.
  ///
  /// - Precondition: every extent of the stride is at least 1.
  public func resolvedWindow(for input: TensorShape) -> Window {
    let edges = padding.resolved(input: input.spatial, kernel: kernel, stride: stride, dilation: dilation)
    return Window(kernel: kernel, stride: stride, padding: edges, dilation: dilation)
  }
}
