import KernelTemplates

/// Times candidates for one convolution on memory like that of a real run.
///
/// Between runs the caches are filled with other data: in a network, a layer's weights come from memory.
final class StepTimer {
  private static let runs = 3

  private let pool: WorkerPool
  private let batches: [Int]
  private let inputCount: Int
  private let outputCount: Int
  private let memory: UnsafeMutableBufferPointer<Float>
  private let evictor: UnsafeMutableBufferPointer<Float>
  private let hasResidual: Bool

  init(_ problem: ConvolutionProblem, lanes: Int, maximumBatch: Int, pool: WorkerPool) {
    let geometry = problem.geometry
    func stored(_ channels: Int, _ area: Int) -> Int { (channels + lanes - 1) / lanes * lanes * area }
    self.pool = pool
    batches = maximumBatch == 1 ? [1] : [1, maximumBatch]
    inputCount = stored(problem.inputChannels, geometry.inputArea)
    outputCount = stored(problem.outputChannels, geometry.outputArea)
    hasResidual = problem.hasResidual
    memory = .allocate(capacity: maximumBatch * (inputCount + outputCount) + maximumBatch * outputCount + 64)
    memory.initialize(repeating: 0.5)
    evictor = .allocate(capacity: 8 << 20)
    evictor.initialize(repeating: 1)
  }

  deinit {
    memory.deallocate()
    evictor.deallocate()
  }

  /// Nanoseconds for one sample alone and, where batches can be larger, for the largest: each the best of a few runs.
  func times(_ step: any ExecutionStep) -> [Double] {
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: step.scratchCount * pool.threadCount + 64)
    let shared = UnsafeMutablePointer<Float>.allocate(capacity: step.sharedCount(batch: batches.last!) + 64)
    defer {
      scratch.deallocate()
      shared.deallocate()
    }
    return batches.map { batch in
      (0..<Self.runs).map { _ in
        for index in stride(from: 0, to: evictor.count, by: 16) { evictor[index] += 1 }
        let clock = ContinuousClock()
        let time = clock.measure { step.run(context(step, batch: batch, scratch: scratch, shared: shared)) }
        return Double(time.components.attoseconds) / 1e9 + Double(time.components.seconds) * 1e9
      }.min()!
    }
  }

  private func context(
    _ step: any ExecutionStep, batch: Int, scratch: UnsafeMutablePointer<Float>, shared: UnsafeMutablePointer<Float>
  ) -> StepContext {
    let outputOffset = batches.last! * inputCount
    let residualOffset = outputOffset + batches.last! * outputCount
    return StepContext(
      batch: batch, executor: .pool(pool), arena: memory.baseAddress!, capacity: 1, scratch: scratch,
      scratchStride: step.scratchCount,
      shared: shared, networkInputs: Self.noInputs,
      inputs: [.arena(offset: 0, stride: inputCount)]
        + (hasResidual ? [.arena(offset: residualOffset, stride: outputCount)] : []),
      output: .arena(offset: outputOffset, stride: outputCount))
  }

  /// Never read: steps under measurement read the arena.
  private static var noInputs: UnsafePointer<UnsafePointer<Float>> {
    UnsafePointer(bitPattern: MemoryLayout<Int>.alignment)!
  }
}
