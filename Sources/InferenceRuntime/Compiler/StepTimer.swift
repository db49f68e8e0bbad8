import KernelTemplates
import NetworkGraph

/// Times candidates for one convolution on memory like that of a real run.
///
/// Between runs the caches are filled with other data: in a network, a layer's weights come from memory.
final class StepTimer {
  private static let runs = 3
  /// More than any cache holds.
  private static let evictorCount = 8 << 20

  private let pool: WorkerPool
  /// Samples that a thread of its own takes through the layer at once; `nil` where batches are of one sample.
  private let share: Int?
  private let input: ValueLocation
  private let residual: ArenaSlice?
  private let output: ArenaSlice
  private let capacity: Int
  private let memory: LargeBuffer
  private let networkInputs: UnsafeMutableBufferPointer<UnsafePointer<Float>>
  private let evictor = LargeBuffer(evictorCount)

  /// - Parameter planBatch: most samples of the plan, of which the layer may take one after the other.
  init(_ problem: ConvolutionProblem, lanes: Int, planBatch: Int, pool: WorkerPool) {
    let geometry = problem.geometry
    let inputCount = Self.stored(problem.inputChannels, geometry.inputArea, lanes)
    let outputCount = Self.stored(problem.outputChannels, geometry.outputArea, lanes)
    func slice(offset: Int, count: Int) -> ArenaSlice {
      ArenaSlice(region: .batch, offset: offset, start: 0, stride: count)
    }
    self.pool = pool
    share = planBatch == 1 ? nil : (problem.maximumBatch + pool.threadCount - 1) / pool.threadCount
    capacity = (share ?? 1) * pool.threadCount
    input = problem.isPlanarInput ? .networkInput : .arena(slice(offset: 0, count: inputCount))
    output = slice(offset: inputCount, count: outputCount)
    residual = problem.hasResidual ? slice(offset: inputCount + outputCount, count: outputCount) : nil
    memory = LargeBuffer(capacity * (inputCount + 2 * outputCount) + 64)
    memory.pointer.update(repeating: 0.5, count: memory.count)
    networkInputs = .allocate(capacity: capacity)
    for sample in 0..<capacity {
      networkInputs.initializeElement(at: sample, to: UnsafePointer(memory.pointer + sample * inputCount))
    }
  }

  deinit {
    networkInputs.deallocate()
  }

  private static func stored(_ channels: Int, _ area: Int, _ lanes: Int) -> Int {
    storedChannels(channels, lanes: lanes) * area
  }

  /// Nanoseconds for one sample, the best of a few runs: of all threads on one sample and, where batches can be larger,
  /// added to that, of each thread on its own share of the largest.
  func nanosecondsForEachSample(_ step: any ExecutionStep) -> Double {
    let sharedStride = step.sharedCount(batch: share ?? 1)
    let scratch = LargeBuffer(step.scratchCount * pool.threadCount)
    let shared = LargeBuffer(sharedStride * pool.threadCount)
    func context(_ executor: Executor, part: Int, batch: Int) -> StepContext {
      StepContext(
        batch: batch, firstSample: part * batch, executor: executor,
        arena: Arena(sampleRegion: memory.pointer, batchRegion: memory.pointer, capacity: capacity),
        scratch: scratch.pointer, scratchStride: step.scratchCount, shared: shared.pointer + part * sharedStride,
        networkInputs: networkInputs.baseAddress!, inputs: [input] + (residual.map { [.arena($0)] } ?? []),
        output: .arena(output))
    }
    return withExtendedLifetime((scratch, shared)) {
      let together = best { step.run(context(.pool(pool), part: 0, batch: 1)) }
      guard let share else { return together }
      let apart = best {
        pool.run(taskCount: pool.threadCount) { _, part in
          step.run(context(.alone(worker: part), part: part, batch: share))
        }
      }
      return together + apart / Double(share * pool.threadCount)
    }
  }

  private func best(_ run: () -> Void) -> Double {
    (0..<Self.runs).map { _ in
      for index in stride(from: 0, to: evictor.count, by: 16) { evictor.pointer[index] += 1 }
      let time = ContinuousClock().measure(run)
      return Double(time.components.attoseconds) / 1e9 + Double(time.components.seconds) * 1e9
    }.min()!
  }
}
