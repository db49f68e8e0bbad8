import KernelTemplates

/// ReLU with a learned slope for each channel's negative values.
struct ParametricReLUBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let slopes: PackedWeights
  private let blocks: Int
  private let area: Int

  var algorithm: String { "elementwise" }

  /// - Parameter slopes: one for each channel.
  init(slopes: [Float], area: Int, kernels: KernelSet) {
    self.kernels = kernels
    self.area = area
    blocks = blockCount(slopes.count, lanes: kernels.lanes)
    self.slopes = PackedWeights(slopes, paddedTo: blocks * kernels.lanes)
  }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    context.parallel(parts: blocks) { _, sample, block in
      let offset = block * area * lanes
      kernels.combine(
        CombinationArguments(
          .scaleNegative, context.input(sample: sample) + offset, slopes.pointer + block * lanes, isPerBlock: true,
          vectors: area, output: context.output(sample: sample) + offset, epilogue: .none))
    }
  }
}
