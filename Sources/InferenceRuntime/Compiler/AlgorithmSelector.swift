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

  /// Measures, where that is asked for and has not been done, so that `step` finds the choice made.
  func prepare(_ problem: ConvolutionProblem, weights: WeightTensor) {
    guard case .measured(let cache) = options.selection, known(problem) == nil else { return }
    let candidates = self.candidates(for: problem)
    guard candidates.count > 1 else { return }
    let timer = StepTimer(
      problem, lanes: processor.kernels.lanes, maximumBatch: options.maximumBatch, pool: pool!)
    let times = candidates.map { timer.times(make($0, problem, weights)) }
    cache[key(problem)] = Self.best(candidates, times: times)
  }

  /// The step of the choice that measuring has led to, else of the best guess.
  func step(for problem: ConvolutionProblem, weights: WeightTensor) -> any ExecutionStep {
    make(known(problem) ?? candidates(for: problem)[0], problem, weights)
  }

  private func known(_ problem: ConvolutionProblem) -> AlgorithmCandidate? {
    guard case .measured(let cache) = options.selection, let choice = cache[key(problem)],
      candidates(for: problem).contains(choice)
    else { return nil }
    return choice
  }

  private func make(
    _ candidate: AlgorithmCandidate, _ problem: ConvolutionProblem, _ weights: WeightTensor
  ) -> any ExecutionStep {
    candidate.step(
      problem, weights: weights, kernels: processor.kernels, maximumBatch: options.maximumBatch,
      threadCount: options.threadCount)
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
    // Transformed, the widest layers take four times their memory; on the smallest maps that buys next to nothing.
    let isBulky = area < 14 * 14 && problem.inputChannels * problem.outputChannels > 300 * 300
    if isBulky, case .measured = options.selection {
      return [.winograd(.f2, tilesPerTask: 56, channelParts: threads)]
    }
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
