/// The working memory in which a plan runs, one batch at a time.
///
/// An instance is not `Sendable`: one thread at a time may use it. Several instances of one plan can run at the same
/// time.
public final class ExecutionInstance {
  /// The plan that this instance runs.
  public let plan: ExecutionPlan
  private let pool: WorkerPool
  private let parallelism: Parallelism
  /// Parts of a batch that has at least a sample for each.
  private let partCount: Int
  private let partSharedCount: Int
  private var record: ParallelismRecord
  /// For each part of a batch, what its one sample needs in the first layers.
  private let sampleRegions: LargeBuffer
  /// For all parts, one after the other.
  private let partRegions: LargeBuffer
  private let batchRegion: LargeBuffer
  private let scratch: LargeBuffer
  private let shared: LargeBuffer
  private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>

  /// Allocates the working memory, `plan.arenaBytes`.
  ///
  /// - Parameters:
  ///   - plan: the plan to run.
  ///   - pool: the threads to run on.
  ///   - parallelism: the way in which the threads share a batch. A pool of one thread always runs as `together`.
  /// - Precondition: the pool has at most `plan.threadCount` threads.
  public init(plan: ExecutionPlan, pool: WorkerPool, parallelism: Parallelism = .fastest) {
    precondition(pool.threadCount <= plan.threadCount, "the plan has scratch memory for \(plan.threadCount) threads")
    self.plan = plan
    self.pool = pool
    self.parallelism = pool.threadCount == 1 ? .together : parallelism
    record = ParallelismRecord(maximumBatch: plan.maximumBatch)
    partCount = plan.partCount(threads: pool.threadCount)
    partSharedCount = plan.partSharedCount(parts: partCount)
    sampleRegions = LargeBuffer(plan.sampleRegionCount * partCount)
    partRegions = LargeBuffer(plan.partRegionCount * plan.maximumBatch)
    batchRegion = LargeBuffer(plan.batchRegionCount * plan.maximumBatch)
    scratch = LargeBuffer(plan.scratchCount * plan.threadCount)
    shared = LargeBuffer(plan.sharedCount(parts: partCount))
    inputs = .allocate(capacity: plan.maximumBatch)
  }

  deinit {
    inputs.deallocate()
  }

  /// Computes the outputs of a batch. A run allocates the outputs and nothing else.
  ///
  /// - Parameter samples: 1 to `plan.maximumBatch` tensors of shape `plan.inputShape`.
  /// - Returns: one tensor of shape `plan.outputShape` for each sample, in the order of the samples.
  /// - Throws: `ExecutionError` if the batch or the shape of a sample does not fit the plan.
  public func run(_ samples: [Tensor]) throws(ExecutionError) -> [Tensor] {
    try withInputs(samples) {
      let time = ContinuousClock().measure { run(samples.count, way(batch: samples.count)) }
      record.add(time, batch: samples.count)
      return samples.indices.map { output(sample: $0, batch: samples.count) }
    }
  }

  /// Runs a batch with all threads on each layer, and measures each plan step. The outputs are discarded.
  ///
  /// - Parameter samples: 1 to `plan.maximumBatch` tensors of shape `plan.inputShape`.
  /// - Returns: the time of each plan step over all samples, in the order of `plan.layers`.
  /// - Throws: `ExecutionError` if the batch or the shape of a sample does not fit the plan.
  public func profile(_ samples: [Tensor]) throws(ExecutionError) -> [LayerTime] {
    try withInputs(samples) {
      var times = [Duration](repeating: .zero, count: plan.steps.count)
      let all = BatchPart(index: 0, samples: samples.indices, batch: samples.count)
      func time(_ index: Int, _ samples: Range<Int>) {
        times[index] += ContinuousClock().measure { run(plan.steps[index], samples, all, .pool(pool)) }
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

  private func run(_ count: Int, _ way: Parallelism) {
    let all = BatchPart(index: 0, samples: 0..<count, batch: count)
    if way == .apart {
      pool.runParts(count: partCount) { part in
        runPartWiseSteps(BatchPart(index: part.index, samples: part.range(of: count), batch: count), .part(part))
      }
    } else {
      runPartWiseSteps(all, .pool(pool))
    }
    for step in plan.steps[plan.partWiseCount...] { run(step, all.samples, all, .pool(pool)) }
  }

  /// The first layers take one sample after the other, the rest all of the part.
  private func runPartWiseSteps(_ part: BatchPart, _ executor: Executor) {
    for sample in part.samples {
      for step in plan.steps[..<plan.sampleWiseCount] { run(step, sample..<sample + 1, part, executor) }
    }
    for step in plan.steps[plan.sampleWiseCount..<plan.partWiseCount] { run(step, part.samples, part, executor) }
  }

  private func run(_ step: ExecutionPlan.BoundStep, _ samples: Range<Int>, _ part: BatchPart, _ executor: Executor) {
    step.step.run(
      StepContext(
        batch: samples.count, firstSample: samples.lowerBound, executor: executor, arena: arena(part),
        scratch: scratch.pointer, scratchStride: plan.scratchCount,
        shared: shared.pointer + part.index * partSharedCount, networkInputs: UnsafePointer(inputs),
        inputs: step.inputs, output: step.output))
  }

  private func arena(_ part: BatchPart) -> Arena {
    Arena(
      sampleRegion: sampleRegions.pointer + part.index * plan.sampleRegionCount,
      part: BatchMemory(
        start: partRegions.pointer + part.samples.lowerBound * plan.partRegionCount, samples: part.samples),
      batch: BatchMemory(start: batchRegion.pointer, samples: 0..<part.batch))
  }

  /// A copy of the network's output for a sample.
  private func output(sample: Int, batch: Int) -> Tensor {
    let all = BatchPart(index: 0, samples: 0..<batch, batch: batch)
    let source =
      switch plan.output {
      case .arena(let slice): UnsafePointer(arena(all).pointer(slice, sample: sample))
      case .networkInput: inputs[sample]
      }
    return Tensor(shape: plan.outputShape) { $0.baseAddress!.update(from: source, count: $0.count) }
  }
}

/// Samples of a batch that are taken through the plan by themselves.
private struct BatchPart {
  let index: Int
  let samples: Range<Int>
  /// Samples of the batch.
  let batch: Int
}

/// A batch that does not fit the plan.
public enum ExecutionError: Error, Hashable, Sendable {
  /// The batch has no samples, or more than `maximum`.
  case batchSize(Int, maximum: Int)
  /// A sample has another shape than `expected`, the plan's input shape `[C, H, W]`.
  case inputShape([Int], expected: [Int])
}

extension ExecutionError: CustomStringConvertible {
  /// The batch size or shape that was given, and the accepted one.
  public var description: String {
    switch self {
    case .batchSize(let size, let maximum):
      "a batch of \(size) does not fit: this plan takes 1 to \(maximum) samples at a time"
    case .inputShape(let shape, let expected):
      "a sample of shape \(shape) does not fit: this plan takes \(expected)"
    }
  }
}
