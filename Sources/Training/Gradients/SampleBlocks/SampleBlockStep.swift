import InferenceRuntime
import KernelTemplates

/// A step on maps in blocks of samples.
///
/// A block of `lanes` samples of C channels is to it what one sample of C blocks of channels would be: each vector a
/// value of one channel.
struct SampleBlockStep: TrainingStep {
  let step: any TrainingStep
  let lanes: Int

  var scratchCount: Int { step.scratchCount }
  var sharedCount: Int { step.sharedCount }
  var algorithm: String { step.algorithm }

  func run(_ context: TrainingContext) {
    var blocks = context
    blocks.batch = blockCount(context.batch, lanes: lanes)
    step.run(blocks)
  }
}
