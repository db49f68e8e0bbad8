import NetworkGraph

/// A network ready to run: a list of plan steps with packed weights, and the place of each value in an arena.
///
/// A plan is immutable and can be shared between threads. Each `ExecutionInstance` owns the memory of one run at a
/// time.
public final class ExecutionPlan: Sendable {
  struct BoundStep: Sendable {
    let layer: PlanLayer
    let step: any ExecutionStep
    let inputs: [ValueLocation]
    let output: ValueLocation
  }

  /// The name of the network, for example `resnet50`.
  public let name: String
  /// The shape of one input sample, `[C, H, W]`.
  public let inputShape: [Int]
  /// The shape of one output sample: `[classes]` for a classifier.
  public let outputShape: [Int]
  /// The largest batch, in samples, that one run takes.
  public let maximumBatch: Int
  /// The number of threads that the plan has scratch memory for. A pool of an instance may have fewer threads, but
  /// not more.
  public let threadCount: Int
  /// The engine that the plan was compiled for.
  public let engine: Engine
  let steps: [BoundStep]
  let output: ValueLocation
  /// The first steps, which take one sample after the other.
  let sampleWiseCount: Int
  /// The steps, those first ones among them, that each part of a batch can go through by itself.
  let partWiseCount: Int
  /// Floats that values of the first steps need, for the one sample that a thread has in hand.
  let sampleRegionCount: Int
  /// Floats that other values of the part-wise steps need, for each sample.
  let partRegionCount: Int
  /// Floats that all other values need, for each sample.
  let batchRegionCount: Int
  /// Floats of scratch memory for each worker.
  let scratchCount: Int

  /// Assembles what the compiler's passes have decided.
  ///
  /// - Parameter pool: threads that share out the packing of weights.
  init(
    name: String, lowered: LoweredNetwork, memory: MemoryPlan, outputShape: TensorShape, options: CompilerOptions,
    pool: WorkerPool
  ) {
    let locations = memory.locations.merging([Network.inputName: .networkInput]) { $1 }
    let maker = StepMaker(options: options, memory: memory)
    self.name = name
    inputShape = lowered.inputShape.dimensions
    self.outputShape = outputShape.dimensions
    maximumBatch = options.maximumBatch
    threadCount = options.threadCount
    engine = options.engine
    steps = Self.makeSteps(lowered.layers, maker, pool).enumerated().map { index, step in
      let layer = lowered.layers[index]
      return BoundStep(
        layer: PlanLayer(layer, step: step), step: step, inputs: layer.inputs.map { locations[$0]! },
        output: locations[layer.name]!)
    }
    output = locations[lowered.outputName]!
    sampleWiseCount = memory.sampleWiseCount
    partWiseCount = memory.partWiseCount
    sampleRegionCount = memory.sampleRegionCount
    partRegionCount = memory.partRegionCount
    batchRegionCount = memory.batchRegionCount
    scratchCount = roundedUpToCacheLine(steps.map(\.step.scratchCount).max() ?? 0)
  }

  /// Each layer's step; packing their weights is shared out over the pool.
  private static func makeSteps(
    _ layers: [LoweredLayer], _ maker: StepMaker, _ pool: WorkerPool
  ) -> [any ExecutionStep] {
    return withUnsafeTemporaryAllocation(of: (any ExecutionStep)?.self, capacity: layers.count) { steps in
      steps.initialize(repeating: nil)
      defer { steps.deinitialize() }
      // Each task writes its own element, and all are done when `run` returns.
      nonisolated(unsafe) let unsafeSteps = steps
      pool.run(taskCount: layers.count) { _, index in unsafeSteps[index] = maker.step(for: layers[index], at: index) }
      return steps.map { $0! }
    }
  }

  /// A description of each plan step, in the order in which the steps run.
  public var layers: [PlanLayer] { steps.map(\.layer) }

  /// Bytes of packed weights that the steps hold, shared by all instances.
  public var weightBytes: Int { steps.reduce(0) { $0 + $1.step.weightBytes } }

  /// Bytes of working memory that each instance allocates: values of the largest batch, and scratch memory of the
  /// threads.
  public var arenaBytes: Int {
    let parts = partCount(threads: threadCount)
    return
      ((partRegionCount + batchRegionCount) * maximumBatch + sharedCount(parts: parts) + sampleRegionCount * parts
      + scratchCount * threadCount) * MemoryLayout<Float>.stride
  }

  /// The largest number of parts that a batch is cut into. It is 1 if the largest batch has fewer samples than there
  /// are threads.
  func partCount(threads: Int) -> Int { maximumBatch < threads ? 1 : threads }

  /// Floats of scratch memory that all workers share. The part-wise steps of all parts need some of it, and later
  /// steps use the same memory.
  func sharedCount(parts: Int) -> Int {
    max(partSharedCount(parts: parts) * parts, Self.sharedCount(steps[sampleWiseCount...], batch: maximumBatch))
  }

  /// Floats of scratch memory that all workers on one of so many parts of a batch share in the part-wise steps.
  func partSharedCount(parts: Int) -> Int {
    let largestPart = (maximumBatch + parts - 1) / parts
    return max(
      Self.sharedCount(steps[..<sampleWiseCount], batch: 1),
      Self.sharedCount(steps[sampleWiseCount..<partWiseCount], batch: largestPart))
  }

  private static func sharedCount(_ steps: ArraySlice<BoundStep>, batch: Int) -> Int {
    roundedUpToCacheLine(steps.map { $0.step.sharedCount(batch: batch) }.max() ?? 0)
  }
}
