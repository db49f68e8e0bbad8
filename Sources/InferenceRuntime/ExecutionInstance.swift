/// The memory in which a plan runs, one batch at a time.
///
/// Not `Sendable`: an instance belongs to whoever runs it. Several instances of one plan can run at once.
public final class ExecutionInstance {
  public let plan: ExecutionPlan
  private let pool: WorkerPool
  private let parallelism: Parallelism
  private var record: ParallelismRecord
  /// Samples that each thread takes at most where each takes its own.
  private let share: Int
  /// For each thread, what its one sample needs in the first layers.
  private let sampleRegions: LargeBuffer
  private let batchRegion: LargeBuffer
  private let scratch: LargeBuffer
  private let shared: LargeBuffer
  private let sharedStride: Int
  private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>

  /// - Parameter pool: threads to run on; at most the plan's thread count are used for scratch memory.
  public init(plan: ExecutionPlan, pool: WorkerPool, parallelism: Parallelism = .fastest) {
    precondition(pool.threadCount <= plan.threadCount, "the plan has scratch memory for \(plan.threadCount) threads")
    self.plan = plan
    self.pool = pool
    self.parallelism = pool.threadCount == 1 ? .together : parallelism
    record = ParallelismRecord(maximumBatch: plan.maximumBatch)
    share = (plan.maximumBatch + pool.threadCount - 1) / pool.threadCount
    sharedStride = plan.sharedCount(batch: share)
    sampleRegions = LargeBuffer(plan.sampleRegionCount * pool.threadCount)
    batchRegion = LargeBuffer(plan.batchRegionCount * share * pool.threadCount)
    scratch = LargeBuffer(plan.scratchCount * plan.threadCount)
    shared = LargeBuffer(max(plan.sharedCount(batch: plan.maximumBatch), sharedStride * pool.threadCount))
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
      var outputs: [Tensor] = []
      outputs.reserveCapacity(samples.count)
      let time = ContinuousClock().measure {
        // What cannot be shared out evenly is better computed by all threads together.
        let shared = way == .apart ? samples.count - samples.count % pool.threadCount : 0
        if shared > 0 { runApart(0..<shared, into: &outputs) }
        if shared < samples.count { runTogether(shared..<samples.count, into: &outputs) }
      }
      record.add(time, batch: samples.count, way)
      return outputs
    }
  }

  /// Runs as `run` does with all threads together, and returns the time of each step over all samples.
  ///
  /// - Throws: as `run`.
  public func profile(_ samples: [Tensor]) throws(ExecutionError) -> [LayerTime] {
    try withInputs(samples) {
      var times = [Duration](repeating: .zero, count: plan.steps.count)
      forEachStep(samples.indices) { index, samples in
        times[index] += ContinuousClock().measure { plan.steps[index].step.run(context(plan.steps[index], samples)) }
      }
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

  /// All threads on each layer of these samples.
  private func runTogether(_ samples: Range<Int>, into outputs: inout [Tensor]) {
    forEachStep(0..<samples.count) {
      plan.steps[$0].step.run(context(plan.steps[$0], $1, first: samples.lowerBound))
    }
    copyOutputs(samples, from: arena, into: &outputs)
  }

  /// Each thread on its own share of these samples, as many as every other thread's.
  private func runApart(_ samples: Range<Int>, into outputs: inout [Tensor]) {
    let count = samples.count / pool.threadCount
    pool.run(taskCount: pool.threadCount) { _, part in
      forEachStep(0..<count) {
        plan.steps[$0].step.run(context(plan.steps[$0], $1, part: part, first: samples.lowerBound + part * count))
      }
    }
    for part in 0..<pool.threadCount {
      let first = samples.lowerBound + part * count
      copyOutputs(first..<first + count, from: arena(part: part), into: &outputs)
    }
  }

  /// Calls `body` with each step's index and the samples to compute, in order: one by one in the first layers, then
  /// all of them.
  private func forEachStep(_ samples: Range<Int>, _ body: (_ index: Int, _ samples: Range<Int>) -> Void) {
    for sample in samples {
      for index in 0..<plan.sampleWiseCount { body(index, sample..<sample + 1) }
    }
    for index in plan.sampleWiseCount..<plan.steps.count { body(index, samples) }
  }

  /// All threads on some samples, counted from the first one that they share.
  private func context(_ step: ExecutionPlan.BoundStep, _ samples: Range<Int>, first: Int = 0) -> StepContext {
    StepContext(
      batch: samples.count, firstSample: samples.lowerBound, executor: .pool(pool), arena: arena,
      scratch: scratch.pointer,
      scratchStride: plan.scratchCount, shared: shared.pointer, networkInputs: inputs + first, inputs: step.inputs,
      output: step.output)
  }

  /// One thread alone on some samples, counted from the first one of its part.
  private func context(
    _ step: ExecutionPlan.BoundStep, _ samples: Range<Int>, part: Int, first: Int
  ) -> StepContext {
    StepContext(
      batch: samples.count, firstSample: samples.lowerBound, executor: .alone(worker: part), arena: arena(part: part),
      scratch: scratch.pointer, scratchStride: plan.scratchCount, shared: shared.pointer + part * sharedStride,
      networkInputs: inputs + first, inputs: step.inputs, output: step.output)
  }

  private var arena: Arena {
    Arena(sampleRegion: sampleRegions.pointer, batchRegion: batchRegion.pointer, capacity: plan.maximumBatch)
  }

  private func arena(part: Int) -> Arena {
    Arena(
      sampleRegion: sampleRegions.pointer + part * plan.sampleRegionCount,
      batchRegion: batchRegion.pointer + part * share * plan.batchRegionCount, capacity: share)
  }

  /// Appends copies of the outputs of these samples, which were computed one after the other in `arena`.
  private func copyOutputs(_ samples: Range<Int>, from arena: Arena, into outputs: inout [Tensor]) {
    for sample in samples {
      let source =
        switch plan.output {
        case .arena(let slice): UnsafePointer(arena.pointer(slice, sample: sample - samples.lowerBound))
        case .networkInput: inputs[sample]
        }
      outputs.append(
        Tensor(shape: plan.outputShape) { $0.baseAddress!.update(from: source, count: $0.count) })
    }
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
