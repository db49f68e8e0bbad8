import KernelTemplates
import NetworkGraph

extension WindowGeometry {
  package init(_ window: Window, input: TensorShape, output: TensorShape) {
    self.init(
      inputHeight: input.spatial.height, inputWidth: input.spatial.width,
      outputHeight: output.spatial.height, outputWidth: output.spatial.width,
      kernelHeight: window.kernel.height, kernelWidth: window.kernel.width,
      strideHeight: window.stride.height, strideWidth: window.stride.width,
      paddingTop: window.padding.top, paddingLeft: window.padding.left,
      dilationHeight: window.dilation.height, dilationWidth: window.dilation.width)
  }

  /// Whether each output position reads just the input position of its own index.
  var isPointwise: Bool {
    kernelArea == 1 && strideHeight == 1 && strideWidth == 1 && outputHeight == inputHeight
      && outputWidth == inputWidth && paddingTop == 0 && paddingLeft == 0
  }

  /// Whether each output position reads exactly one input position, never padding, and some input positions are not
  /// read at all.
  var isStridedPointwise: Bool {
    kernelArea == 1 && strideHeight * strideWidth > 1 && paddingTop == 0 && paddingLeft == 0
      && (outputHeight - 1) * strideHeight < inputHeight && (outputWidth - 1) * strideWidth < inputWidth
  }

  /// A strided pointwise window on a map of just those positions that it reads.
  var subsampled: WindowGeometry {
    var geometry = self
    (geometry.inputHeight, geometry.inputWidth) = (outputHeight, outputWidth)
    (geometry.strideHeight, geometry.strideWidth) = (1, 1)
    return geometry
  }
}
