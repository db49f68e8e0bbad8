import InferenceRuntime

/// One part of a training plan's work. Immutable: what changes from batch to batch comes in the context.
protocol TrainingStep: Sendable {
  /// Floats of scratch memory that each worker needs.
  var scratchCount: Int { get }

  /// Floats of scratch memory that all workers share.
  var sharedCount: Int { get }

  /// How the step computes, for people to read; for example `winograd-f4`.
  var algorithm: String { get }

  func run(_ context: TrainingContext)
}

extension TrainingStep {
  var scratchCount: Int { 0 }
  var sharedCount: Int { 0 }
  var algorithm: String { "blocked" }
}

/// The batch, the threads and the scratch memory that a step runs with. It is valid during the run only.
struct TrainingContext {
  /// Samples of the batch; for a step on maps in blocks of samples, those blocks.
  var batch: Int
  /// Number of the step, from 0.
  let step: Int
  /// `[batch][C][H][W]`
  let images: UnsafePointer<Float>
  /// `[batch]`
  let labels: UnsafePointer<Int32>
  let pool: WorkerPool
  let scratch: UnsafeMutablePointer<Float>
  let scratchStride: Int
  /// Scratch memory that all workers share.
  let shared: UnsafeMutablePointer<Float>

  /// Scratch memory of one worker.
  func scratch(worker: Int) -> UnsafeMutablePointer<Float> { scratch + worker * scratchStride }

  /// Runs `body(worker, sample, part)` for every sample and each of `parts` parts.
  func parallel(parts: Int, _ body: (_ worker: Int, _ sample: Int, _ part: Int) -> Void) {
    pool.run(taskCount: batch * parts) { worker, task in body(worker, task / parts, task % parts) }
  }
}
