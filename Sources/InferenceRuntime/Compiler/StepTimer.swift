import KernelTemplates
import NetworkGraph

/// Times candidates for one convolution on memory like that of a real run.
final class StepTimer {
  private let pool: WorkerPool
  private let timer: SteadyTimer
  private let hasBatches: Bool
  /// Samples that the layer takes at once.
  private let batch: Int
  private let input: ValueLocation
  private let residual: ArenaSlice?
  private let output: ArenaSlice
  private let capacity: Int
  private let memory: LargeBuffer
  private let networkInputs: UnsafeMutableBufferPointer<UnsafePointer<Float>>

  /// - Parameter planBatch: most samples of the plan, of which the layer may take one after the other.
  init(_ problem: ConvolutionProblem, lanes: Int, planBatch: Int, pool: WorkerPool, timer: SteadyTimer) {
    let geometry = problem.geometry
    let inputCount = Self.stored(problem.inputChannels, geometry.inputArea, lanes)
    let outputCount = Self.stored(problem.outputChannels, geometry.outputArea, lanes)
    func slice(offset: Int, count: Int) -> ArenaSlice {
      ArenaSlice(region: .batch, offset: offset, start: 0, stride: count)
    }
    self.pool = pool
    self.timer = timer
    hasBatches = planBatch > 1
    batch = problem.maximumBatch
    capacity = max(batch, pool.threadCount)
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

  /// Nanoseconds for one sample in each of `steps`: of all threads on one sample and, added to that where batches can be
  /// larger, of a batch.
  ///
  /// The steps take turns, so that all meet the machine in the same moments, and those that cannot be the fastest any more
  /// drop out.
  func nanosecondsForEachSample(_ steps: [any ExecutionStep]) -> [Double] {
    let sharedStride = steps.map { $0.sharedCount(batch: batch) }.max()!
    let scratchStride = steps.map(\.scratchCount).max()!
    let scratch = LargeBuffer(scratchStride * pool.threadCount)
    let shared = LargeBuffer(sharedStride * pool.threadCount)
    func run(_ step: any ExecutionStep, _ executor: Executor, part: Int = 0, batch: Int = 1) {
      step.run(
        StepContext(
          batch: batch, firstSample: part, executor: executor,
          arena: Arena(sampleRegion: memory.pointer, batchRegion: memory.pointer, capacity: capacity),
          scratch: scratch.pointer, scratchStride: scratchStride, shared: shared.pointer + part * sharedStride,
          networkInputs: networkInputs.baseAddress!, inputs: [input] + (residual.map { [.arena($0)] } ?? []),
          output: .arena(output)))
    }
    return withExtendedLifetime((scratch, shared)) {
      let untimed = StepTimes(batch: hasBatches ? FastestRun() : nil)
      return Self.inTurns([StepTimes](repeating: untimed, count: steps.count)) { index, times in
        times.one.add(timer.time { run(steps[index], .pool(pool)) })
        guard hasBatches else { return }
        if batch > 1 {
          times.batch!.add(timer.time { run(steps[index], .pool(pool), batch: batch) }, samples: batch)
        } else {
          // One sample after the other: then threads can take samples of their own.
          let apart = timer.time {
            pool.run(taskCount: pool.threadCount) { _, part in run(steps[index], .alone(worker: part), part: part) }
          }
          times.batch!.add(apart, samples: pool.threadCount)
        }
      }
    }
  }

  private static func inTurns(
    _ times: [StepTimes], _ measure: (_ index: Int, _ times: inout StepTimes) -> Void
  ) -> [Double] {
    var times = times
    for round in 0..<StepTimes.mostRuns {
      let best = times.map(\.nanoseconds).min()!
      for index in times.indices where round == 0 || times[index].isWorthAnother(than: best) {
        measure(index, &times[index])
      }
    }
    return times.map(\.nanoseconds)
  }
}

/// What is known of one step's time for a sample.
private struct StepTimes {
  private static let wantedRuns = 3
  static let mostRuns = 8

  var one = FastestRun()
  /// Where batches can be larger than one sample.
  var batch: FastestRun?

  var nanoseconds: Double { one.nanoseconds + (batch?.nanoseconds ?? 0) }

  func isWorthAnother(than best: Double) -> Bool {
    let steadyRuns = min(one.steadyRuns, batch?.steadyRuns ?? .max)
    guard steadyRuns < Self.wantedRuns else { return false }
    // Runs that were not steady can be twice as long as others.
    return nanoseconds < (steadyRuns > 0 ? 1.3 : 2.6) * best
  }
}

/// The fastest steady run, or the fastest of all as long as there is none.
private struct FastestRun {
  private(set) var nanoseconds = 0.0
  private(set) var steadyRuns = 0
  private var runs = 0

  mutating func add(_ run: (nanoseconds: Double, isSteady: Bool), samples: Int = 1) {
    let time = run.nanoseconds / Double(samples)
    if runs == 0 || (run.isSteady && steadyRuns == 0) {
      nanoseconds = time
    } else if run.isSteady || steadyRuns == 0 {
      nanoseconds = min(nanoseconds, time)
    }
    runs += 1
    if run.isSteady { steadyRuns += 1 }
  }
}
