import KernelTemplates
import NetworkGraph

/// One convolution as the blocked steps take it.
struct ConvolutionProblem: Hashable, Sendable {
  var geometry: WindowGeometry
  let groups: Int
  let inputChannels: Int
  let outputChannels: Int
  let bias: [Float]
  let epilogue: Epilogue
  /// Whether a second input is added before the activation applies.
  let hasResidual: Bool
  /// Whether the input is the network's own, `C x H x W`.
  let isPlanarInput: Bool
  /// Most samples that one run takes.
  let maximumBatch: Int

  var isDepthwise: Bool { groups > 1 && groups == inputChannels && groups == outputChannels }
  var groupInputs: Int { inputChannels / groups }
  var groupOutputs: Int { outputChannels / groups }

  /// For one sample, as the operator defines them.
  var multiplyAccumulates: Int {
    outputChannels * geometry.outputArea * groupInputs * geometry.kernelArea
  }
}

extension ConvolutionProblem {
  /// The convolution of a layer whose layouts are assigned.
  ///
  /// - Parameter maximumBatch: most samples that the layer takes at once.
  init(_ layer: LoweredLayer, _ convolution: LoweredConvolution, maximumBatch: Int) {
    self.init(
      convolution, input: layer.inputShapes[0], output: layer.outputShape,
      isPlanarInput: layer.inputLayouts[0] == .planar, maximumBatch: maximumBatch)
  }

  init(
    _ lowered: LoweredConvolution, input: TensorShape, output: TensorShape, isPlanarInput: Bool, maximumBatch: Int
  ) {
    let convolution = lowered.convolution
    self.init(
      geometry: WindowGeometry(convolution.resolvedWindow(for: input), input: input, output: output),
      groups: convolution.groups, inputChannels: input.channels, outputChannels: convolution.outputChannels,
      bias: lowered.bias, epilogue: Epilogue(lowered.activation), hasResidual: lowered.residualInput != nil,
      isPlanarInput: isPlanarInput, maximumBatch: maximumBatch)
  }
}

extension ConvolutionProblem {
  /// Everything that measured times depend on, apart from the machine and how it is used.
  var measurementKey: String {
    "\(geometry.kernelHeight)x\(geometry.kernelWidth)/\(geometry.strideHeight)x\(geometry.strideWidth), padding "
      + "\(geometry.paddingTop) \(geometry.paddingLeft), dilation \(geometry.dilationHeight) "
      + "\(geometry.dilationWidth), groups \(groups): "
      + "\(inputChannels)x\(geometry.inputHeight)x\(geometry.inputWidth) -> "
      + "\(outputChannels)x\(geometry.outputHeight)x\(geometry.outputWidth)"
      + (hasResidual ? " + residual" : "") + (isPlanarInput ? ", planar" : "")
  }
}
