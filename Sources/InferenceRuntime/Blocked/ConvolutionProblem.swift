import KernelTemplates

/// One convolution as the blocked steps take it.
struct ConvolutionProblem: Hashable, Sendable {
  var geometry: WindowGeometry
  let groups: Int
  let inputChannels: Int
  let outputChannels: Int
  let bias: [Float]
  let bounds: Bounds
  /// Whether a second input is added before the bounds apply.
  let hasResidual: Bool
  /// Whether the input is the network's own, `C x H x W`.
  let isPlanarInput: Bool
  /// Most samples that one run takes.
  let maximumBatch: Int

  var isDepthwise: Bool { groups > 1 && groups == inputChannels && groups == outputChannels }
  var groupInputs: Int { inputChannels / groups }
  var groupOutputs: Int { outputChannels / groups }
}
