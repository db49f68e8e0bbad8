import KernelTemplates
import NetworkGraph

/// Copies a value into another layout.
struct ConversionStep: ExecutionStep {
  let shape: TensorShape
  /// Whether to make blocks, or to undo them.
  let isPacking: Bool
  let lanes: Int

  var algorithm: String { "layout" }

  func run(_ context: StepContext) {
    let convert = isPacking ? packBlocks : unpackBlocks
    context.parallel(parts: 1) { _, sample, _ in
      convert(context.input(sample: sample), shape.channels, shape.spatial.area, lanes, context.output(sample: sample))
    }
  }
}
