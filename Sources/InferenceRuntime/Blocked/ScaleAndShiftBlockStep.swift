import KernelTemplates
import NetworkGraph

/// Batch normalisation that follows something it cannot be folded into, such as a concatenation.
struct ScaleAndShiftBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let scale: PackedWeights
  private let shift: PackedWeights
  private let epilogue: Epilogue
  private let blocks: Int
  private let area: Int

  var algorithm: String { "elementwise" }

  /// - Parameter scale: one for each channel, as `shift`.
  init(scale: [Float], shift: [Float], _ activation: Activation, area: Int, kernels: KernelSet) {
    self.kernels = kernels
    self.area = area
    epilogue = Epilogue(activation)
    blocks = blockCount(scale.count, lanes: kernels.lanes)
    self.scale = PackedWeights(scale, paddedTo: blocks * kernels.lanes)
    self.shift = PackedWeights(shift, paddedTo: blocks * kernels.lanes)
  }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    context.parallel(parts: blocks) { _, sample, block in
      let offset = block * area * lanes
      kernels.combine(
        CombinationArguments(
          .scaleAndShift, context.input(sample: sample) + offset, scale.pointer + block * lanes,
          shift.pointer + block * lanes, isPerBlock: true, vectors: area,
          output: context.output(sample: sample) + offset, epilogue: epilogue))
    }
  }
}
