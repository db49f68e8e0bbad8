import KernelTemplates
import NetworkGraph

/// An activation that could not be fused into the layer before it.
struct ActivationBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let function: Activation
  private let blocks: Int
  private let area: Int

  var algorithm: String { "elementwise" }

  init(_ function: Activation, shape: TensorShape, kernels: KernelSet) {
    self.kernels = kernels
    self.function = function
    blocks = blockCount(shape.channels, lanes: kernels.lanes)
    area = shape.spatial.area
  }

  func run(_ context: StepContext) {
    let count = area * kernels.lanes
    context.parallel(parts: blocks) { _, sample, block in
      let output = context.output(sample: sample) + block * count
      output.update(from: context.input(sample: sample) + block * count, count: count)
      kernels.activate(
        ActivationArguments(
          output, rows: 1, rowStride: 0, columns: area, columnStride: kernels.lanes, function))
    }
  }
}
