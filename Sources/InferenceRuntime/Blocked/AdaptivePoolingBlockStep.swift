import KernelTemplates
import NetworkGraph

/// Adaptive average pooling; with an output of `1 x 1`, global average pooling.
struct AdaptivePoolingBlockStep: ExecutionStep {
  let kernels: KernelSet
  let blocks: Int
  let inputSize: Size2D
  let outputSize: Size2D

  var algorithm: String { "pooling" }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    context.parallel(parts: blocks) { _, sample, block in
      let input = context.input(sample: sample) + block * inputSize.area * lanes
      let output = context.output(sample: sample) + block * outputSize.area * lanes
      for row in 0..<outputSize.height {
        for column in 0..<outputSize.width {
          kernels.regionMean(
            RegionMeanArguments(
              input: input, width: inputSize.width,
              rows: adaptiveRegion(row, of: outputSize.height, over: inputSize.height),
              columns: adaptiveRegion(column, of: outputSize.width, over: inputSize.width),
              output: output + (row * outputSize.width + column) * lanes))
        }
      }
    }
  }
}
