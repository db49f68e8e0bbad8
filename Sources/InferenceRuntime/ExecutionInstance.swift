/// The memory in which a plan runs, one batch at a time.
///
/// `@unchecked Sendable` would be wrong here: an instance belongs to whoever runs it. Several instances of one plan
/// can run at once.
public final class ExecutionInstance {
  public let plan: ExecutionPlan
  private let pool: WorkerPool
  private let arena: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  private let shared: UnsafeMutablePointer<Float>
  private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>

  /// - Parameter pool: threads to run on; at most the plan's thread count are used for scratch memory.
  public init(plan: ExecutionPlan, pool: WorkerPool) {
    precondition(pool.threadCount <= plan.threadCount, "the plan has scratch memory for \(plan.threadCount) threads")
    self.plan = plan
    self.pool = pool
    arena = Self.allocate(plan.arenaCount)
    scratch = Self.allocate(plan.scratchCount * plan.threadCount)
    shared = Self.allocate(plan.sharedCount)
    inputs = .allocate(capacity: plan.maximumBatch)
  }

  deinit {
    arena.deallocate()
    scratch.deallocate()
    shared.deallocate()
    inputs.deallocate()
  }

  /// Runs up to `plan.maximumBatch` samples of shape `plan.inputShape` and returns their outputs in order.
  ///
  /// - Throws: `ExecutionError` where the batch or a sample's shape is not the plan's.
  public func run(_ samples: [Tensor]) throws(ExecutionError) -> [Tensor] {
    try run(samples) { step, context in step.step.run(context) }
  }

  /// As `run`, with the time of each step.
  ///
  /// - Throws: as `run`.
  public func profile(_ samples: [Tensor]) throws(ExecutionError) -> [LayerTime] {
    var times: [LayerTime] = []
    _ = try run(samples) { step, context in
      let time = ContinuousClock().measure { step.step.run(context) }
      times.append(LayerTime(layer: step.layer, time: time))
    }
    return times
  }

  private func run(
    _ samples: [Tensor], _ runStep: (ExecutionPlan.BoundStep, StepContext) -> Void
  ) throws(ExecutionError) -> [Tensor] {
    guard (1...plan.maximumBatch).contains(samples.count) else {
      throw .batchSize(samples.count, maximum: plan.maximumBatch)
    }
    for sample in samples where sample.shape != plan.inputShape {
      throw .inputShape(sample.shape, expected: plan.inputShape)
    }
    return withExtendedLifetime(samples) {
      for (index, sample) in samples.enumerated() { inputs[index] = sample.pointer }
      for step in plan.steps { runStep(step, context(step, batch: samples.count)) }
      return samples.indices.map { output(sample: $0) }
    }
  }

  private func context(_ bound: ExecutionPlan.BoundStep, batch: Int) -> StepContext {
    StepContext(
      batch: batch, pool: pool, arena: arena, scratch: scratch, scratchStride: plan.scratchCount, shared: shared,
      networkInputs: inputs, inputs: bound.inputs, output: bound.output)
  }

  private func output(sample: Int) -> Tensor {
    let source: UnsafePointer<Float> =
      switch plan.output {
      case .networkInput: inputs[sample]
      case .arena(let offset, let stride): UnsafePointer(arena + offset + sample * stride)
      }
    return Tensor(shape: plan.outputShape) { $0.baseAddress!.update(from: source, count: $0.count) }
  }

  /// Memory on a cache line's boundary, so that vectors never straddle two.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let values =
      UnsafeMutableRawPointer
      .allocate(byteCount: max(count, 16) * MemoryLayout<Float>.stride, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 16))
    // Kernels read whole vectors, and a lane that no one wrote must not be a NaN.
    values.update(repeating: 0, count: max(count, 16))
    return values
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
