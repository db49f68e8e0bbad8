/// One kernel call of a plan. Immutable: what changes from run to run comes in the context.
protocol ExecutionStep: Sendable {
  /// Floats of scratch memory that each worker needs.
  var scratchCount: Int { get }

  /// Floats of scratch memory that all workers share, for a batch of `batch` samples.
  func sharedCount(batch: Int) -> Int

  /// How the step computes, for people to read; for example `winograd-f4`.
  var algorithm: String { get }

  /// Bytes of weights that the step holds in its own order.
  var weightBytes: Int { get }

  func run(_ context: StepContext)
}

extension ExecutionStep {
  var scratchCount: Int { 0 }
  func sharedCount(batch: Int) -> Int { 0 }
  var algorithm: String { "planar" }
  var weightBytes: Int { 0 }
}

/// Where a step finds a value: `stride` floats from one sample to the next.
enum ValueLocation: Hashable, Sendable {
  case networkInput
  case arena(offset: Int, stride: Int)
}

/// The memory and threads that a step runs with. Valid only during the run.
struct StepContext {
  let batch: Int
  let pool: WorkerPool
  let arena: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
  let scratchStride: Int
  /// Scratch memory that all workers share.
  let shared: UnsafeMutablePointer<Float>
  let networkInputs: UnsafePointer<UnsafePointer<Float>>
  let inputs: [ValueLocation]
  let output: ValueLocation

  /// First value of sample `sample` of input `index`.
  func input(_ index: Int = 0, sample: Int) -> UnsafePointer<Float> {
    switch inputs[index] {
    case .networkInput: networkInputs[sample]
    case .arena(let offset, let stride): UnsafePointer(arena + offset + sample * stride)
    }
  }

  /// Where sample `sample` of the output goes.
  func output(sample: Int) -> UnsafeMutablePointer<Float> {
    guard case .arena(let offset, let stride) = output else {
      preconditionFailure("a step never writes to the network's input")
    }
    return arena + offset + sample * stride
  }

  /// Floats from one sample of the output to the next.
  var outputStride: Int {
    guard case .arena(_, let stride) = output else {
      preconditionFailure("a step never writes to the network's input")
    }
    return stride
  }

  /// Scratch memory of one worker.
  func scratch(worker: Int) -> UnsafeMutablePointer<Float> {
    scratch + worker * scratchStride
  }

  /// Runs `body(worker, sample, part)` for every sample and each of `parts` parts, shared out over the pool.
  func parallel(parts: Int, _ body: (_ worker: Int, _ sample: Int, _ part: Int) -> Void) {
    pool.run(taskCount: batch * parts) { worker, task in body(worker, task / parts, task % parts) }
  }
}
