import KernelTemplates
import NetworkGraph

/// Maximum or average pooling, one block of channels and some output rows at a time.
struct PoolingBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let geometry: WindowGeometry
  private let blocks: Int
  /// Reciprocals of the divisors, for average pooling.
  private let factors: PackedWeights?

  var algorithm: String { "pooling" }

  init(maximumOver geometry: WindowGeometry, channels: Int, kernels: KernelSet) {
    self.kernels = kernels
    self.geometry = geometry
    blocks = blockCount(channels, lanes: kernels.lanes)
    factors = nil
  }

  init(_ pooling: AveragePooling, input: TensorShape, output: TensorShape, kernels: KernelSet) {
    let window = pooling.resolvedWindow(for: input)
    self.kernels = kernels
    geometry = WindowGeometry(window, input: input, output: output)
    blocks = blockCount(input.channels, lanes: kernels.lanes)
    factors = PackedWeights(
      AveragePoolingDivisors(pooling, window: window, input: input.spatial, output: output.spatial).values
        .map { 1 / Float($0) },
      paddedTo: output.spatial.area)
  }

  func run(_ context: StepContext) {
    let lanes = kernels.lanes
    let kernel = factors == nil ? kernels.maxPooling : kernels.averagePooling
    let parts = geometry.rowParts(lanes: lanes)
    context.parallel(parts: blocks * parts) { _, sample, part in
      let (block, rowPart) = part.quotientAndRemainder(dividingBy: parts)
      kernel(
        PoolingArguments(
          input: context.input(sample: sample) + block * geometry.inputArea * lanes, geometry: geometry,
          rows: evenPart(rowPart, of: parts, of: geometry.outputHeight),
          output: context.output(sample: sample) + block * geometry.outputArea * lanes, factors: factors?.pointer))
    }
  }
}
