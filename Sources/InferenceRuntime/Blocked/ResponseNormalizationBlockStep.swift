import KernelTemplates
import NetworkGraph

/// Local response normalisation with the exponent 3/4; positions are independent, so threads share them out.
struct ResponseNormalizationBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let normalization: LocalResponseNormalization
  private let blocks: Int
  private let area: Int

  init(_ normalization: LocalResponseNormalization, input: TensorShape, kernels: KernelSet) {
    self.kernels = kernels
    self.normalization = normalization
    blocks = blockCount(input.channels, lanes: kernels.lanes)
    area = input.spatial.area
  }

  var algorithm: String { "response-normalization" }
  var scratchCount: Int { blocks * kernels.lanes + normalization.size }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    let parts = min(max(area * blocks / 2048, 1), area)
    context.parallel(parts: parts) { worker, sample, part in
      let squares = context.scratch(worker: worker)
      squares.update(repeating: 0, count: scratchCount)
      kernels.responseNormalization(
        ResponseNormalizationArguments(
          input: context.input(sample: sample), output: context.output(sample: sample), blocks: blocks,
          inputBlockStride: area * lanes, outputBlockStride: area * lanes,
          positions: evenPart(part, of: parts, of: area), size: normalization.size,
          scale: normalization.alpha / Float(normalization.size), k: normalization.k, squares: squares))
    }
  }
}
