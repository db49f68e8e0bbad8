import KernelTemplates
import NetworkGraph

/// Chooses how each convolution of one network is computed.
struct AlgorithmSelector {
  private let options: CompilerOptions
  private let processor: ProcessorKernels
  private let pool: WorkerPool?

  /// - Parameter pool: threads to measure on; needed where `options` ask for measuring.
  init(options: CompilerOptions, processor: ProcessorKernels, pool: WorkerPool?) {
    self.options = options
    self.processor = processor
    self.pool = pool
  }

  func step(for problem: ConvolutionProblem, weights: WeightTensor) -> any ExecutionStep {
    let kernels = processor.kernels
    func make(_ candidate: AlgorithmCandidate) -> any ExecutionStep {
      candidate.step(
        problem, weights: weights, kernels: kernels, maximumBatch: options.maximumBatch,
        threadCount: options.threadCount)
    }
    let candidates = self.candidates(for: problem)
    guard candidates.count > 1 else { return make(candidates[0]) }
    switch options.selection {
    case .fixed, .estimated:
      return make(candidates[0])
    case .measured(let cache):
      let key = self.key(problem)
      if let known = cache[key], candidates.contains(known) { return make(known) }
      let timer = StepTimer(problem, lanes: kernels.lanes, maximumBatch: options.maximumBatch, pool: pool!)
      let best = Self.best(candidates, times: candidates.map { timer.times(make($0)) })
      cache[key] = best
      return make(best)
    }
  }

  /// The candidate that is least behind the fastest ones, over all sizes of batch that were timed.
  private static func best(_ candidates: [AlgorithmCandidate], times: [[Double]]) -> AlgorithmCandidate {
    let fastest = times[0].indices.map { batch in times.map { $0[batch] }.min()! }
    let losses = times.map { zip($0, fastest).reduce(0) { $0 + $1.0 / $1.1 } }
    return zip(candidates, losses).min { $0.1 < $1.1 }!.0
  }

  /// What can compute the convolution, the best guess first.
  private func candidates(for problem: ConvolutionProblem) -> [AlgorithmCandidate] {
    let winograd = Self.supportsWinograd(problem) ? winogradCandidates(problem) : []
    if case .fixed(let algorithm) = options.selection {
      return [winograd.first { $0.algorithm == algorithm } ?? .direct]
    }
    let area = problem.geometry.outputArea
    // Below 14 x 14 the transformed kernels outweigh what they save, one sample at a time.
    return area >= 14 * 14 ? winograd + [.direct] : [.direct] + winograd
  }

  private func winogradCandidates(_ problem: ConvolutionProblem) -> [AlgorithmCandidate] {
    let area = problem.geometry.outputArea
    let threads = options.threadCount
    // Few tiles cannot be shared out by themselves: then threads share the output channels too.
    var candidates: [AlgorithmCandidate] = [.winograd(.f4, tilesPerTask: 28, channelParts: 1)]
    if area * options.maximumBatch > 56 * 56 { candidates.append(.winograd(.f4, tilesPerTask: 56, channelParts: 1)) }
    if area <= 28 * 28, threads > 1 { candidates.append(.winograd(.f4, tilesPerTask: 56, channelParts: threads)) }
    if area <= 14 * 14 { candidates.append(.winograd(.f2, tilesPerTask: 56, channelParts: threads)) }
    if area <= 14 * 14 { candidates.append(.winograd(.f2, tilesPerTask: 28, channelParts: 1)) }
    if area > 14 * 14 { candidates.append(.winograd(.f2, tilesPerTask: 28, channelParts: 1)) }
    return candidates
  }

  /// 3x3 with stride 1, of whole channels, of maps that are in blocks already.
  private static func supportsWinograd(_ problem: ConvolutionProblem) -> Bool {
    let geometry = problem.geometry
    return problem.groups == 1 && !problem.isPlanarInput && geometry.kernelHeight == 3 && geometry.kernelWidth == 3
      && geometry.strideHeight == 1 && geometry.strideWidth == 1 && geometry.dilationHeight == 1
      && geometry.dilationWidth == 1
  }

  /// Everything that the choice depends on, apart from the machine.
  private func key(_ problem: ConvolutionProblem) -> String {
    let geometry = problem.geometry
    return "\(problem.inputChannels)x\(geometry.inputHeight)x\(geometry.inputWidth) -> "
      + "\(problem.outputChannels)x\(geometry.outputHeight)x\(geometry.outputWidth)"
      + (problem.hasResidual ? " + residual" : "")
      + ", batch \(options.maximumBatch), \(options.threadCount) threads, \(processor.rawValue)"
  }
}
