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

  /// The values that are added to each output channel, for code that changes them between runs.
  var bias: PackedWeights? { get }

  func run(_ context: StepContext)
}

extension ExecutionStep {
  var bias: PackedWeights? { nil }
  var scratchCount: Int { 0 }
  func sharedCount(batch: Int) -> Int { 0 }
  var algorithm: String { "planar" }
  var weightBytes: Int { 0 }
}

/// Where a step finds a value.
enum ValueLocation: Hashable, Sendable {
  case networkInput
  case arena(ArenaSlice)
}

/// For how many samples a value has room, and whose they are.
enum ArenaRegion: Hashable, Sendable {
  /// One: made and read while the first layers take one sample after the other.
  case sample
  /// The samples of one part of a batch, which goes through its layers by itself.
  case part
  /// All samples of the batch.
  case batch
}

/// Some floats of every sample of a value in an arena.
struct ArenaSlice: Hashable, Sendable {
  let region: ArenaRegion
  /// Where the value starts in a region for one sample; one for more samples multiplies it.
  let offset: Int
  /// Floats from the start of a sample.
  let start: Int
  /// Floats from one sample to the next.
  let stride: Int
}

/// The memory in which values lie while one or more threads take some samples through the plan.
struct Arena {
  let sampleRegion: UnsafeMutablePointer<Float>
  let part: BatchMemory
  let batch: BatchMemory

  /// First value of a slice of sample `sample` of the batch.
  func pointer(_ slice: ArenaSlice, sample: Int) -> UnsafeMutablePointer<Float> {
    switch slice.region {
    case .sample: sampleRegion + slice.offset + slice.start
    case .part: part.pointer(slice, sample: sample)
    case .batch: batch.pointer(slice, sample: sample)
    }
  }
}

/// Memory for each value of some samples that follow one another in a batch.
struct BatchMemory {
  let start: UnsafeMutablePointer<Float>
  let samples: Range<Int>

  fileprivate func pointer(_ slice: ArenaSlice, sample: Int) -> UnsafeMutablePointer<Float> {
    start + slice.offset * samples.count + (sample - samples.lowerBound) * slice.stride + slice.start
  }
}

/// The threads that a step's tasks are shared out over.
enum Executor {
  case pool(WorkerPool)
  /// The thread that has taken a part of the batch, helped by threads without a part.
  case part(WorkerPool.Part)

  /// Whether several threads share the tasks from the first.
  var isShared: Bool {
    switch self {
    case .pool(let pool): pool.threadCount > 1
    case .part: false
    }
  }
}

/// The memory and threads that a step runs with. Valid only during the run.
struct StepContext {
  /// Samples to compute, of which the first is the batch's sample `firstSample`.
  let batch: Int
  let firstSample: Int
  let executor: Executor
  let arena: Arena
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
    case .networkInput: networkInputs[firstSample + sample]
    case .arena(let slice): UnsafePointer(arena.pointer(slice, sample: firstSample + sample))
    }
  }

  /// Where sample `sample` of the output goes.
  func output(sample: Int) -> UnsafeMutablePointer<Float> {
    arena.pointer(outputSlice, sample: firstSample + sample)
  }

  /// Floats from one sample of the output to the next.
  var outputStride: Int { outputSlice.stride }

  private var outputSlice: ArenaSlice {
    guard case .arena(let slice) = output else {
      preconditionFailure("a step never writes to the network's input")
    }
    return slice
  }

  /// Scratch memory of one worker.
  func scratch(worker: Int) -> UnsafeMutablePointer<Float> {
    scratch + worker * scratchStride
  }

  /// Runs `body(worker, task)` for every task in `0..<taskCount`.
  func run(taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    switch executor {
    case .pool(let pool): pool.run(taskCount: taskCount, body)
    case .part(let part): part.run(taskCount: taskCount, body)
    }
  }

  /// Runs `body(worker, sample, part)` for every sample and each of `parts` parts, shared out over the pool.
  func parallel(parts: Int, _ body: (_ worker: Int, _ sample: Int, _ part: Int) -> Void) {
    run(taskCount: batch * parts) { worker, task in body(worker, task / parts, task % parts) }
  }
}
