import InferenceRuntime
import KernelTemplates

/// Adds channels to where a `ChannelGather` wants them.
struct ChannelGatherStep: TrainingStep {
  /// One run, and the lanes that it fills.
  private struct MaskedRun: Sendable {
    let input: BatchValue
    /// Of the input's block within a sample.
    let place: Int
    let shift: Int
    let lanes: Range<Int>
    let mask: LaneMask
  }

  private let runs: [[MaskedRun]]
  private let sum: GradientSum
  private let shape: MapShape
  private let kernels: KernelSet

  /// - Parameter shape: of the result. The inputs' maps are as large.
  init(_ gather: ChannelGather, inputs: [BatchValue], sum: GradientSum, shape: MapShape, kernels: KernelSet) {
    runs = gather.runs(lanes: shape.lanes).map {
      $0.map { run in
        MaskedRun(
          input: inputs[run.input], place: run.block * shape.blockSize, shift: run.shift, lanes: run.lanes,
          mask: LaneMask(run.lanes, lanes: shape.lanes))
      }
    }
    self.sum = sum
    self.shape = shape
    self.kernels = kernels
  }

  var algorithm: String { "gather" }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { _, sample, block in
      let (place, runs) = (block * shape.blockSize, runs[block])
      if sum.addend == nil, runs.count == 1, runs[0].lanes.count == shape.lanes {
        let source = runs[0].input.sample(sample) + runs[0].place
        (sum.result.sample(sample) + place).update(from: source, count: shape.blockSize)
      } else {
        let target = sum.begin(sample: sample, offset: place, count: shape.blockSize)
        for run in runs { add(run, sample, to: target) }
      }
    }
  }

  /// Vectors that begin in another lane than their place's hold numbers of the place before or behind, which are masked out.
  /// At the end of the block where there is no such place, lanes are added one by one.
  private func add(_ run: MaskedRun, _ sample: Int, to target: UnsafeMutablePointer<Float>) {
    let source = run.input.sample(sample) + run.place + run.shift
    let whole = (run.shift < 0 ? 1 : 0)..<(run.shift > 0 ? shape.area - 1 : shape.area)
    kernels.training.addLanes(
      LaneSumArguments(
        values: source + whole.lowerBound * shape.lanes, mask: run.mask.pointer, vectors: whole.count,
        output: target + whole.lowerBound * shape.lanes))
    guard run.shift != 0 else { return }
    let edge = (run.shift < 0 ? 0 : shape.area - 1) * shape.lanes
    for lane in run.lanes { target[edge + lane] += source[edge + lane] }
  }
}
