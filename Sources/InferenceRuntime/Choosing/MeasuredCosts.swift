import KernelTemplates
import NetworkGraph

/// Costs by timing each candidate on this machine, once for each shape that the cache does not know yet.
struct MeasuredCosts: AlgorithmCosts {
  private let cache: AlgorithmCache
  private let kernels: KernelSet
  private let maximumBatch: Int
  private let threadCount: Int
  private let pool: WorkerPool
  private let timer: SteadyTimer

  /// - Parameters:
  ///   - maximumBatch: most samples of the plan.
  ///   - pool: threads to measure on.
  init(cache: AlgorithmCache, kernels: KernelSet, maximumBatch: Int, threadCount: Int, pool: WorkerPool) {
    self.cache = cache
    self.kernels = kernels
    self.maximumBatch = maximumBatch
    self.threadCount = threadCount
    self.pool = pool
    timer = SteadyTimer(kernels, pool: pool)
  }

  func options(for convolution: SelectableConvolution) -> [AlgorithmOption] {
    let problem = convolution.problem
    return measurements(of: convolution).map {
      let algorithm = $0.candidate.algorithm
      return AlgorithmOption(
        candidate: $0.candidate, time: $0.nanoseconds * algorithm.caution,
        weightBytes: algorithm.weightBytes(problem, lanes: kernels.lanes), weightReads: weightReads(problem))
    }
  }

  /// By one sample alone and, where batches can be larger, by each part of a batch.
  private func weightReads(_ problem: ConvolutionProblem) -> Double {
    if maximumBatch == 1 { return 1 }
    let parts = min(threadCount, problem.maximumBatch)
    return 1 + Double(parts) / Double(problem.maximumBatch)
  }

  /// Times of the candidates, measured where the cache does not have them.
  private func measurements(of convolution: SelectableConvolution) -> [MeasuredCandidate] {
    let problem = convolution.problem
    let able = ConvolutionAlgorithms.able(problem, on: kernels)
    let algorithms = able.count > 1 ? able.filter { $0.isWorthMeasuring(problem) } : able
    if algorithms.count == 1 {
      return [MeasuredCandidate(candidate: AlgorithmCandidate(algorithms[0]), nanoseconds: 0)]
    }
    let cuts = algorithms.map { $0.cuts(of: problem, threadCount: threadCount) }
    let candidates = zip(algorithms, cuts).flatMap { algorithm, cuts in
      cuts.map { AlgorithmCandidate(algorithm, $0) }
    }
    if let known = cache[key(problem)], known.allSatisfy({ candidates.contains($0.candidate) }) { return known }
    let steps = zip(algorithms, cuts).flatMap { algorithm, cuts in
      let packed = algorithm.pack(convolution.weights, for: problem, kernels: kernels)
      return cuts.map {
        algorithm.step(problem, packed: packed, cut: $0, kernels: kernels, threadCount: threadCount)
      }
    }
    let times = StepTimer(problem, lanes: kernels.lanes, planBatch: maximumBatch, pool: pool, timer: timer)
      .nanosecondsForEachSample(steps)
    let best = Self.bestOfEachAlgorithm(
      zip(candidates, times).map { MeasuredCandidate(candidate: $0, nanoseconds: $1) })
    cache[key(problem)] = best
    return best
  }

  /// Of candidates that differ in how their work is cut, the fastest.
  private static func bestOfEachAlgorithm(_ measured: [MeasuredCandidate]) -> [MeasuredCandidate] {
    Dictionary(grouping: measured) { $0.candidate.algorithm.name }.values
      .map { $0.min { $0.nanoseconds < $1.nanoseconds }! }
      .sorted { $0.nanoseconds < $1.nanoseconds }
  }

  /// Everything that the times depend on, apart from the machine.
  private func key(_ problem: ConvolutionProblem) -> String {
    problem.measurementKey + ", batch \(problem.maximumBatch) of \(maximumBatch), \(threadCount)"
      + (pool.isPinned ? " pinned" : "") + " threads, \(kernels.name)"
  }
}
