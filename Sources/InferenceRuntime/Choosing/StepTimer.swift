import KernelTemplates
import NetworkGraph

/// Times candidates for one convolution on memory like that of a real run.
final class StepTimer {
  /// More samples of a batch take longer, and say no more about one.
  private static let mostSamples = 16

  private let pool: WorkerPool
  private let timer: SteadyTimer
  private let hasBatches: Bool
  private let input: ValueLocation
  private let residual: ArenaSlice?
  private let output: ArenaSlice
  /// Samples that are timed together.
  private let batchSamples: Int
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
    let batch = problem.maximumBatch
    batchSamples = batch == 1 ? pool.threadCount : min(batch, max(Self.mostSamples, pool.threadCount))
    input = problem.isPlanarInput ? .networkInput : .arena(slice(offset: 0, count: inputCount))
    output = slice(offset: inputCount, count: outputCount)
    // Most sums take their residual's place.
    residual = problem.hasResidual ? output : nil
    memory = LargeBuffer(batchSamples * (inputCount + outputCount) + 64)
    memory.pointer.update(repeating: 0.5, count: memory.count)
    networkInputs = .allocate(capacity: batchSamples)
    for sample in 0..<batchSamples {
      networkInputs.initializeElement(at: sample, to: UnsafePointer(memory.pointer + sample * inputCount))
    }
  }

  deinit {
    networkInputs.deallocate()
  }

  private static func stored(_ channels: Int, _ area: Int, _ lanes: Int) -> Int {
    storedChannels(channels, lanes: lanes) * area
  }

  /// Nanoseconds for one sample in each of `steps`. If batches can be larger than one sample, the time is the sum of
  /// two: all threads on one sample, and a batch in parts.
  ///
  /// The steps take turns, so that all meet the machine in the same moments. Steps that cannot be the fastest any
  /// more drop out.
  func nanosecondsForEachSample(_ steps: [any ExecutionStep]) -> [Double] {
    let sharedStride = steps.map { $0.sharedCount(batch: batchSamples) }.max()!
    // Each worker's own begins with a cache line.
    let scratchStride = (steps.map(\.scratchCount).max()! + 15) / 16 * 16
    let samples = BatchMemory(start: memory.pointer, samples: 0..<batchSamples)
    let scratch = LargeBuffer(scratchStride * pool.threadCount)
    let shared = LargeBuffer(sharedStride * pool.threadCount)
    let arena = Arena(sampleRegion: memory.pointer, part: samples, batch: samples)
    func run(_ step: any ExecutionStep, _ executor: Executor, part: Int = 0, of samples: Range<Int>) {
      step.run(
        StepContext(
          batch: samples.count, firstSample: samples.lowerBound, executor: executor, arena: arena,
          scratch: scratch.pointer,
          scratchStride: scratchStride, shared: shared.pointer + part * sharedStride,
          networkInputs: networkInputs.baseAddress!, inputs: [input] + (residual.map { [.arena($0)] } ?? []),
          output: .arena(output)))
    }
    func runOne(_ step: any ExecutionStep) { run(step, .pool(pool), of: 0..<1) }
    func runBatch(_ step: any ExecutionStep) {
      guard batchSamples >= pool.threadCount else { return run(step, .pool(pool), of: 0..<batchSamples) }
      // Each thread takes a part; of layers that take one sample after the other, one sample.
      pool.runParts(count: pool.threadCount) { part in
        run(step, .part(part), part: part.index, of: part.range(of: batchSamples))
      }
    }
    return withExtendedLifetime((scratch, shared)) {
      // Memory that is touched for the first time costs time of its own.
      for step in steps { hasBatches ? runBatch(step) : runOne(step) }
      let untimed = StepTimes(batch: hasBatches ? FastestRun() : nil)
      return Self.inTurns([StepTimes](repeating: untimed, count: steps.count)) { index, times in
        times.one.add(timer.time { runOne(steps[index]) })
        times.batch?.add(timer.time { runBatch(steps[index]) }, samples: batchSamples)
      }
    }
  }

  private static func inTurns(
    _ times: [StepTimes], _ measure: (_ index: Int, _ times: inout StepTimes) -> Void
  ) -> [Double] {
    var times = times
    for round in 0..<StepTimes.mostRuns {
      let best = times.map(\.nanoseconds).min()!
      for index in times.indices where round < StepTimes.leastRuns || times[index].isWorthAnother(than: best) {
        measure(index, &times[index])
      }
    }
    return times.map(\.nanoseconds)
  }
}

/// The measured times of one step for a sample.
private struct StepTimes {
  static let (leastRuns, mostRuns) = (3, 8)
  /// In the fastest step's time, what may turn out to be faster after all.
  private static let hopeful = 1.3

  var one = FastestRun()
  /// Where batches can be larger than one sample.
  var batch: FastestRun?

  var nanoseconds: Double { one.nanoseconds + (batch?.nanoseconds ?? 0) }

  func isWorthAnother(than best: Double) -> Bool {
    let isCertain = one.isCertain && batch?.isCertain ?? true
    return !isCertain && nanoseconds < Self.hopeful * best
  }
}

/// The fastest of some runs.
private struct FastestRun {
  private static let wantedRuns = 3
  /// The longest time of an undisturbed run, as a multiple of the fastest run's time.
  private static let spread = 1.3

  private(set) var nanoseconds = 0.0
  private var steadyRuns: [Double] = []

  /// Whether enough undisturbed runs agree on it.
  var isCertain: Bool { steadyRuns.count { $0 <= Self.spread * nanoseconds } >= Self.wantedRuns }

  mutating func add(_ run: (nanoseconds: Double, isSteady: Bool), samples: Int = 1) {
    let time = run.nanoseconds / Double(samples)
    nanoseconds = nanoseconds == 0 ? time : min(nanoseconds, time)
    if run.isSteady { steadyRuns.append(time) }
  }
}
