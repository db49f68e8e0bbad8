import KernelTemplates
import NetworkGraph

/// Depthwise convolution, one block of channels and some output rows at a time.
struct DepthwiseBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let geometry: WindowGeometry
  private let blocks: Int
  private let bounds: Bounds
  private let packed: PackedWeights
  private let bias: PackedWeights

  var algorithm: String { "depthwise" }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }

  init(_ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet) {
    let (lanes, taps) = (kernels.lanes, problem.geometry.kernelArea)
    self.kernels = kernels
    geometry = problem.geometry
    blocks = (problem.outputChannels + lanes - 1) / lanes
    bounds = problem.bounds
    packed = PackedWeights(count: blocks * taps * lanes) { target in
      weights.withUnsafeValues {
        packBlocks($0.baseAddress!, channels: problem.outputChannels, area: taps, lanes: lanes, into: target)
      }
    }
    bias = PackedWeights(problem.bias, paddedTo: blocks * lanes)
  }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    let parts = rowParts(geometry, lanes: lanes)
    context.parallel(parts: blocks * parts) { _, sample, part in
      let (block, rowPart) = part.quotientAndRemainder(dividingBy: parts)
      kernels.depthwise(
        DepthwiseArguments(
          input: context.input(sample: sample) + block * geometry.inputArea * lanes, geometry: geometry,
          rows: geometry.outputHeight * rowPart / parts..<geometry.outputHeight * (rowPart + 1) / parts,
          weights: packed.pointer + block * geometry.kernelArea * lanes, bias: bias.pointer + block * lanes,
          output: context.output(sample: sample) + block * geometry.outputArea * lanes, lower: bounds.lower,
          upper: bounds.upper))
    }
  }
}

/// Parts into which the output rows of one block are cut, so that a part is worth a task of its own.
func rowParts(_ geometry: WindowGeometry, lanes: Int) -> Int {
  min(max(geometry.outputArea * geometry.kernelArea * lanes / 500_000, 1), geometry.outputHeight)
}
