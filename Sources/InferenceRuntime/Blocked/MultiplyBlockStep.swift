import KernelTemplates
import NetworkGraph

/// Maps times maps, or times one factor for each channel.
struct MultiplyBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let epilogue: Epilogue
  private let blocks: Int
  private let area: Int
  private let isPerChannel: Bool

  var algorithm: String { "elementwise" }

  init(maps: TensorShape, factors: TensorShape, _ epilogue: Epilogue, kernels: KernelSet) {
    self.kernels = kernels
    self.epilogue = epilogue
    blocks = blockCount(maps.channels, lanes: kernels.lanes)
    area = maps.spatial.area
    isPerChannel = factors != maps
  }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    context.parallel(parts: blocks) { _, sample, block in
      let offset = block * area * lanes
      kernels.combine(
        CombinationArguments(
          .multiply, context.input(sample: sample) + offset,
          context.input(1, sample: sample) + (isPerChannel ? block * lanes : offset), isPerBlock: isPerChannel,
          vectors: area, output: context.output(sample: sample) + offset, epilogue: epilogue))
    }
  }
}
