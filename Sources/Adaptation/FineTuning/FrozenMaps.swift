import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// Computes what the frozen layers make of every picture, by the plan that serves: batch normalisation is folded into
/// convolutions, dropout left out.
struct FrozenMaps {
  let plan: ExecutionPlan
  let views: ImageViews
  /// In the order of the file.
  let pictures: [Picture]
  let pool: WorkerPool

  /// Pictures of one run; a file holds a whole number of such groups, but for the last.
  static let group = 16

  init(
    _ lower: Network, weights: Weights, views: ImageViews, pictures: [Picture], kernels: ProcessorKernels,
    pool: WorkerPool
  ) throws {
    let options = CompilerOptions(
      maximumBatch: Self.group, threadCount: pool.threadCount, engine: .tiled(kernels), selection: .estimated)
    plan = try Compiler.compile(lower, weights: lower.tensors(of: weights), options: options, pool: pool)
    self.views = views
    self.pictures = pictures
    self.pool = pool
  }

  /// Computes the maps that the file does not have yet.
  ///
  /// - Parameter report: is told how many maps are there after each group; what it throws ends the computation, and what
  ///   is there stays.
  /// - Throws: `ImageError`, `UnreadableFile`, `UnwritableFile`.
  func complete(_ file: MapFile, report: (_ done: Int) throws -> Void) throws {
    // Always the same way of sharing out, whatever was faster a moment ago: the same bits each time.
    let instance = ExecutionInstance(plan: plan, pool: pool, parallelism: .together)
    while file.count < pictures.count {
      let group = pictures[file.count..<min(file.count + Self.group, pictures.count)]
      let maps = try instance.run(inputs(Array(group)))
      try file.append(maps.map(\.values))
      try report(file.count)
    }
  }

  private func inputs(_ group: [Picture]) throws -> [Tensor] {
    var inputs = [Result<Tensor, any Error>?](repeating: nil, count: group.count)
    inputs.withUnsafeMutableBufferPointer { inputs in
      // Each task writes its own element.
      nonisolated(unsafe) let inputs = inputs
      pool.run(taskCount: group.count) { _, index in
        inputs[index] = Result { Tensor(shape: plan.inputShape, values: try views.picture(group[index])) }
      }
    }
    return try inputs.map { try $0!.get() }
  }
}
