/// The memory in which a plan runs, one batch at a time.
///
/// `@unchecked Sendable` would be wrong here: an instance belongs to whoever runs it. Several instances of one plan
/// can run at once.
public final class ExecutionInstance {
  public let plan: ExecutionPlan
  private let pool: WorkerPool
  private let parallelism: Parallelism
  private var record: ParallelismRecord
  /// Samples that each thread takes at most where each takes its own.
  private let share: Int
  private let arena: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  private let shared: UnsafeMutablePointer<Float>
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
    arena = LargeMemory.allocate(plan.arenaCount * share * pool.threadCount)
    scratch = LargeMemory.allocate(plan.scratchCount * plan.threadCount)
    shared = LargeMemory.allocate(max(plan.sharedCount(batch: plan.maximumBatch), sharedStride * pool.threadCount))
    inputs = .allocate(capacity: plan.maximumBatch)
  }

  deinit {
    for memory in [arena, scratch, shared] { LargeMemory.deallocate(memory) }
    inputs.deallocate()
  }

  /// Runs up to `plan.maximumBatch` samples of shape `plan.inputShape` and returns their outputs in order.
  ///
  /// - Throws: `ExecutionError` where the batch or a sample's shape is not the plan's.
  public func run(_ samples: [Tensor]) throws(ExecutionError) -> [Tensor] {
    try withInputs(samples) {
      let way = way(batch: samples.count)
      let time = ContinuousClock().measure {
        if way == .apart { runApart(batch: samples.count) } else { runTogether(batch: samples.count) }
      }
      record.add(time, batch: samples.count, way)
      return samples.indices.map { output(sample: $0, batch: samples.count, way) }
    }
  }

  /// Runs as `run` does with all threads together, and returns the time of each step.
  ///
  /// - Throws: as `run`.
  public func profile(_ samples: [Tensor]) throws(ExecutionError) -> [LayerTime] {
    try withInputs(samples) {
      plan.steps.map { step in
        let time = ContinuousClock().measure { step.step.run(context(step, batch: samples.count)) }
        return LayerTime(layer: step.layer, time: time)
      }
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

  private func runTogether(batch: Int) {
    for step in plan.steps { step.step.run(context(step, batch: batch)) }
  }

  private func runApart(batch: Int) {
    let parts = pool.threadCount
    pool.run(taskCount: parts) { _, part in
      let samples = Self.samples(part, of: parts, batch: batch)
      for step in plan.steps { step.step.run(context(step, part: part, samples: samples)) }
    }
  }

  /// The samples of a batch that one part of `parts` takes.
  private static func samples(_ part: Int, of parts: Int, batch: Int) -> Range<Int> {
    batch * part / parts..<batch * (part + 1) / parts
  }

  private func context(_ step: ExecutionPlan.BoundStep, batch: Int) -> StepContext {
    StepContext(
      batch: batch, executor: .pool(pool), arena: arena, capacity: plan.maximumBatch, scratch: scratch,
      scratchStride: plan.scratchCount, shared: shared, networkInputs: inputs, inputs: step.inputs,
      output: step.output)
  }

  private func context(_ step: ExecutionPlan.BoundStep, part: Int, samples: Range<Int>) -> StepContext {
    StepContext(
      batch: samples.count, executor: .alone(worker: part), arena: arena + part * share * plan.arenaCount,
      capacity: share, scratch: scratch, scratchStride: plan.scratchCount, shared: shared + part * sharedStride,
      networkInputs: inputs + samples.lowerBound, inputs: step.inputs, output: step.output)
  }

  private func output(sample: Int, batch: Int, _ way: Parallelism) -> Tensor {
    Tensor(shape: plan.outputShape) { values in
      let source = outputPointer(sample: sample, batch: batch, way)
      values.baseAddress!.update(from: source, count: values.count)
    }
  }

  private func outputPointer(sample: Int, batch: Int, _ way: Parallelism) -> UnsafePointer<Float> {
    guard case .arena(let slice) = plan.output else { return inputs[sample] }
    guard way == .apart else {
      return UnsafePointer(arena + slice.position(sample: sample, capacity: plan.maximumBatch))
    }
    let parts = pool.threadCount
    let part = (0..<parts).first { Self.samples($0, of: parts, batch: batch).contains(sample) }!
    let first = Self.samples(part, of: parts, batch: batch).lowerBound
    return UnsafePointer(
      arena + part * share * plan.arenaCount + slice.position(sample: sample - first, capacity: share))
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
