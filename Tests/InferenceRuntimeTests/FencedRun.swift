import NetworkGraph

@testable import InferenceRuntime

/// Runs the steps of a plan with every value, every sample of it and every worker's scratch memory fenced in by
/// itself. An instance keeps them side by side in one arena, where a kernel that leaves its value meets another one.
struct FencedRun {
  private let plan: ExecutionPlan
  private let fence: Fence
  private let batch: Int
  private let scratch: FencedMemory
  private let shared: FencedMemory
  private let values: [Int: FencedMemory]

  /// What no kernel may read: memory that nothing has been written to.
  private static let unwritten = Float.nan

  /// - Parameter plan: one that never uses memory twice, as `ExecutionPlan.compiledWithoutReuse` makes them.
  init(_ plan: ExecutionPlan, batch: Int, fence: Fence) {
    self.plan = plan
    self.batch = batch
    self.fence = fence
    scratch = FencedMemory(
      pieces: plan.threadCount, count: plan.scratchCount, fence: fence, value: Self.unwritten)
    shared = FencedMemory(count: plan.sharedCount(parts: 1), fence: fence, value: Self.unwritten)
    let slices = plan.steps.compactMap { step in
      if case .arena(let slice) = step.output { slice } else { nil }
    }
    values = Dictionary(slices.map { ($0.offset, $0.stride) }, uniquingKeysWith: max).mapValues { count in
      FencedMemory(pieces: batch, count: count, fence: fence, value: Self.unwritten)
    }
  }

  func run(_ samples: [Tensor], on executor: Executor) -> [[Float]] {
    withExtendedLifetime(samples) {
      samples.map(\.pointer).withUnsafeBufferPointer { inputs in
        for step in plan.steps { step.step.run(context(step, inputs.baseAddress!, executor)) }
        return samples.indices.map { output(sample: $0, inputs[$0]) }
      }
    }
  }

  private func context(
    _ step: ExecutionPlan.BoundStep, _ networkInputs: UnsafePointer<UnsafePointer<Float>>, _ executor: Executor
  ) -> StepContext {
    StepContext(
      batch: batch, firstSample: 0, executor: executor, arena: arena, scratch: scratch.first,
      scratchStride: scratch.stride, shared: shared.first, networkInputs: networkInputs,
      inputs: step.inputs.map(fenced), output: fenced(step.output))
  }

  /// The place of a value, as seen from the memory that is given to steps as their arena.
  private func fenced(_ location: ValueLocation) -> ValueLocation {
    guard case .arena(let slice) = location, let memory = values[slice.offset] else { return location }
    return .arena(
      ArenaSlice(region: .batch, offset: memory.first - shared.first, start: slice.start, stride: memory.stride))
  }

  private var arena: Arena {
    // One sample as far as places are concerned: those of pieces already count for all samples.
    let memory = BatchMemory(start: shared.first, samples: 0..<1)
    return Arena(sampleRegion: shared.first, part: memory, batch: memory)
  }

  private func output(sample: Int, _ input: UnsafePointer<Float>) -> [Float] {
    guard case .arena(let slice) = fenced(plan.output) else {
      return Array(UnsafeBufferPointer(start: input, count: plan.outputShape.reduce(1, *)))
    }
    let first = arena.pointer(slice, sample: sample)
    return Array(UnsafeBufferPointer(start: first, count: plan.outputShape.reduce(1, *)))
  }
}

extension ExecutionPlan {
  /// As `Compiler.compile` makes it, but with a place of its own for each value.
  static func compiledWithoutReuse(
    _ network: Network, weights: Weights, options: CompilerOptions, pool: WorkerPool
  ) throws -> ExecutionPlan {
    let shapes = try network.inferShapes()
    let lowered = Compiler.passes(for: options.kernels).reduce(
      lowerOperators(network, shapes: shapes, weights: weights)
    ) { $1($0) }
    let memory = planMemory(lowered).withoutReuse(of: lowered.layers)
    return ExecutionPlan(
      name: network.name, lowered: try Compiler.chosen(lowered, memory, options, pool), memory: memory,
      outputShape: shapes.output, options: options, pool: pool)
  }
}

extension MemoryPlan {
  /// Every value at a place of its own; what lies inside of a concatenation's result stays there.
  fileprivate func withoutReuse(of layers: [LoweredLayer]) -> MemoryPlan {
    var locations: [String: ValueLocation] = [:]
    var end = 0
    // Backwards, so that a concatenation has its place before its inputs are looked at.
    for layer in layers.reversed() {
      guard case .arena(let slice)? = self.locations[layer.name] else { continue }
      let whole = elided.contains(layer.name) ? layers.first { $0.inputs.contains(layer.name) && isWhole($0) } : nil
      var offset = end
      if let whole, case .arena(let place)? = locations[whole.name] {
        offset = place.offset
      } else {
        end += roundedUpToCacheLine(slice.stride)
      }
      locations[layer.name] = .arena(
        ArenaSlice(region: .batch, offset: offset, start: slice.start, stride: slice.stride))
    }
    return MemoryPlan(
      locations: locations, sampleWiseCount: 0, partWiseCount: layers.count, sampleRegionCount: 0, partRegionCount: 0,
      batchRegionCount: end, elided: elided)
  }

  private func isWhole(_ layer: LoweredLayer) -> Bool {
    if case .concatenate = layer.operation { true } else { false }
  }
}
