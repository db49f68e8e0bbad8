import InferenceRuntime
import KernelTemplates

/// The batch's images, put into blocks of samples. Where a block is not full, its other samples are zeros.
struct EnterSampleBlocksStep: TrainingStep {
  /// Floats of a sample.
  let count: Int
  let lanes: Int
  let output: BatchValue

  /// Values of each sample that are put in place before the next sample's: few enough for the first-level cache.
  private static let stretch = 64

  var algorithm: String { "packing" }

  func run(_ context: TrainingContext) {
    let parts = (count + Self.stretch - 1) / Self.stretch
    context.pool.run(taskCount: blockCount(context.batch, lanes: lanes) * parts) { _, task in
      let (block, part) = task.quotientAndRemainder(dividingBy: parts)
      let first = context.images + block * lanes * count
      let target = output.sample(block)
      let present = min(context.batch - block * lanes, lanes)
      let places = part * Self.stretch..<min((part + 1) * Self.stretch, count)
      for lane in 0..<present {
        let source = first + lane * count
        for place in places { target[place * lanes + lane] = source[place] }
      }
      for lane in present..<lanes {
        for place in places { target[place * lanes + lane] = 0 }
      }
    }
  }
}
