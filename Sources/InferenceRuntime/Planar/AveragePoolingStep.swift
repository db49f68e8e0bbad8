import KernelTemplates
import KernelsPortable
import NetworkGraph

struct AveragePoolingStep: ExecutionStep {
  private let geometry: WindowGeometry
  private let channels: Int
  private let paddedSize: Size2D
  private let countIncludePad: Bool

  init(_ pooling: AveragePooling, input: TensorShape, output: TensorShape) {
    let window = pooling.resolvedWindow(for: input)
    geometry = WindowGeometry(window, input: input, output: output)
    channels = input.channels
    paddedSize = Size2D(
      height: input.spatial.height + window.padding.top + window.padding.bottom,
      width: input.spatial.width + window.padding.left + window.padding.right)
    countIncludePad = pooling.countIncludePad
  }

  func run(_ context: StepContext) {
    context.parallel(parts: channels) { _, sample, channel in
      averagePool(
        input: context.input(sample: sample) + channel * geometry.inputArea, geometry: geometry,
        paddedHeight: paddedSize.height, paddedWidth: paddedSize.width, countIncludePad: countIncludePad,
        output: context.output(sample: sample) + channel * geometry.outputArea)
    }
  }
}
