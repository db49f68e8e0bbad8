/// The memory in which a plan runs, one batch at a time.
///
/// Not `Sendable`: an instance belongs to whoever runs it. Several instances of one plan can run at once.
public final class ExecutionInstance {
  public let plan: ExecutionPlan
  private let pool: WorkerPool
  private let parallelism: Parallelism
  private var record: ParallelismRecord
  /// For each thread, what its one sample needs in the first layers.
  private let sampleRegions: LargeBuffer
  private let batchRegion: LargeBuffer
  private let scratch: LargeBuffer
  private let shared: LargeBuffer
  private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>

  /// - Parameter pool: threads to run on; at most the plan's thread count are used for scratch memory.
  public init(plan: ExecutionPlan, pool: WorkerPool, parallelism: Parallelism = .fastest) {
    precondition(pool.threadCount <= plan.threadCount, "the plan has scratch memory for \(plan.threadCount) threads")
    self.plan = plan
    self.pool = pool
    self.parallelism = pool.threadCount == 1 ? .together : parallelism
    record = ParallelismRecord(maximumBatch: plan.maximumBatch)
    sampleRegions = LargeBuffer(plan.sampleRegionCount * pool.threadCount)
    batchRegion = LargeBuffer(plan.batchRegionCount * plan.maximumBatch)
    scratch = LargeBuffer(plan.scratchCount * plan.threadCount)
    shared = LargeBuffer(plan.sharedCount(batch: plan.maximumBatch))
    inputs = .allocate(capacity: plan.maximumBatch)
  }

  deinit {
    inputs.deallocate()
  }

  /// Runs up to `plan.maximumBatch` samples of shape `plan.inputShape` and returns their outputs in order.
  ///
  /// - Throws: `ExecutionError` where the batch or a sample's shape is not the plan's.
  public func run(_ samples: [Tensor]) throws(ExecutionError) -> [Tensor] {
    try withInputs(samples) {
      let way = way(batch: samples.count)
      let time = ContinuousClock().measure { run(samples.count, way) }
      record.add(time, batch: samples.count, way)
      return samples.indices.map { output(sample: $0) }
    }
  }

  /// Runs as `run` does with all threads together, and returns the time of each step over all samples.
  ///
  /// - Throws: as `run`.
  public func profile(_ samples: [Tensor]) throws(ExecutionError) -> [LayerTime] {
    try withInputs(samples) {
      var times = [Duration](repeating: .zero, count: plan.steps.count)
      func time(_ index: Int, _ samples: Range<Int>) {
        let step = plan.steps[index]
        times[index] += ContinuousClock().measure { step.step.run(context(step, samples, .pool(pool))) }
      }
      for sample in samples.indices {
        for index in 0..<plan.sampleWiseCount { time(index, sample..<sample + 1) }
      }
      for index in plan.sampleWiseCount..<plan.steps.count { time(index, samples.indices) }
      return zip(plan.steps, times).map { LayerTime(layer: $0.layer, time: $1) }
    }
  }

  private func withInputs<Result>(
    _ samples: [Tensor], _ body: () -> Result
  ) throws(ExecutionError) -> Result {
    guard (1...plan.maximumBatch).contains(samples.count) else {
      throw .batchSize(samples.count, maximum: plan.maximumBatch)
    }
    for sample in samples where sample.shape != plan.inputShape {
      throw .inputShape(sample.shape, expected: plan.inputShape)
    }
    return withExtendedLifetime(samples) {
      for (index, sample) in samples.enumerated() { inputs[index] = sample.pointer }
      return body()
    }
  }

  /// How this batch is shared: with fewer samples than threads, always together.
  private func way(batch: Int) -> Parallelism {
    guard batch >= pool.threadCount else { return .together }
    return parallelism == .fastest ? record.choice(batch: batch) : parallelism
  }

  /// The first layers take one sample after the other, the rest all of them.
  private func run(_ count: Int, _ way: Parallelism) {
    // What cannot be shared out evenly is better computed by all threads together.
    let apart = way == .apart ? count - count % pool.threadCount : 0
    pool.run(taskCount: apart) { worker, sample in
      runSampleWiseSteps(sample, .alone(worker: worker))
    }
    for sample in apart..<count { runSampleWiseSteps(sample, .pool(pool)) }
    for step in plan.steps[plan.sampleWiseCount...] { step.step.run(context(step, 0..<count, .pool(pool))) }
  }

  private func runSampleWiseSteps(_ sample: Int, _ executor: Executor) {
    for step in plan.steps[..<plan.sampleWiseCount] { step.step.run(context(step, sample..<sample + 1, executor)) }
  }

  private func context(_ step: ExecutionPlan.BoundStep, _ samples: Range<Int>, _ executor: Executor) -> StepContext {
    let worker = executor.firstWorker
    return StepContext(
      batch: samples.count, firstSample: samples.lowerBound, executor: executor, arena: arena(worker: worker),
      scratch: scratch.pointer, scratchStride: plan.scratchCount,
      shared: shared.pointer + worker * plan.sampleSharedCount, networkInputs: UnsafePointer(inputs),
      inputs: step.inputs, output: step.output)
  }

  private func arena(worker: Int) -> Arena {
    Arena(
      sampleRegion: sampleRegions.pointer + worker * plan.sampleRegionCount, batchRegion: batchRegion.pointer,
      capacity: plan.maximumBatch)
  }

  /// A copy of what the network says to a sample.
  private func output(sample: Int) -> Tensor {
    let source =
      switch plan.output {
      case .arena(let slice): UnsafePointer(arena(worker: 0).pointer(slice, sample: sample))
      case .networkInput: inputs[sample]
      }
    return Tensor(shape: plan.outputShape) { $0.baseAddress!.update(from: source, count: $0.count) }
  }
}

/// A run that does not fit its plan.
public enum ExecutionError: Error, Hashable, Sendable {
  case batchSize(Int, maximum: Int)
  case inputShape([Int], expected: [Int])
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .batchSize(let size, let maximum):
      "a batch of \(size) does not fit: this plan takes 1 to \(maximum) samples at a time"
    case .inputShape(let shape, let expected):
      "a sample of shape \(shape) does not fit: this plan takes \(expected)"
    }
  }
}
