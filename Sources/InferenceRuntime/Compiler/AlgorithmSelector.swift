import KernelTemplates
import NetworkGraph

/// A convolution that can be computed in several ways.
struct SelectableConvolution {
  let problem: ConvolutionProblem
  let weights: WeightTensor
}

/// Chooses how the convolutions of one network are computed.
struct AlgorithmSelector {
  /// Bytes that packed weights may take in any network.
  private static let smallestBudget = 170_000_000
  /// And how many times the network's own weights, where that is more.
  private static let budgetFactor = 1.35

  /// What counts for a nanosecond of direct convolution by split products. Tiles can slow down to a third for seconds at a
  /// time, and vectors hardly: what wins by less than this while it is measured, loses by more then. Winograd's transforms
  /// are vectors, and level that out.
  private static let directSplitCaution = 1.25

  private let options: CompilerOptions
  private let processor: ProcessorKernels
  private let pool: WorkerPool
  private let timer: SteadyTimer

  /// - Parameter pool: threads to measure on.
  init(options: CompilerOptions, processor: ProcessorKernels, pool: WorkerPool) {
    self.options = options
    self.processor = processor
    self.pool = pool
    timer = SteadyTimer(processor, pool: pool)
  }

  /// An algorithm for each of a network's convolutions.
  ///
  /// - Parameter networkWeightBytes: bytes of all weights of the network, those of other layers included.
  func choices(for convolutions: [SelectableConvolution], networkWeightBytes: Int) -> [AlgorithmCandidate] {
    switch options.selection {
    case .estimated:
      return convolutions.map { guess($0.problem) }
    case .fixed(let algorithm):
      return convolutions.map { candidates(for: $0.problem).first { $0.algorithm == algorithm } ?? .direct }
    case .measured(let cache):
      let plain = convolutions.reduce(0) { $0 + AlgorithmCandidate.direct.weightBytes($1.problem, lanes: lanes) }
      let budget = max(Self.smallestBudget, Int(Self.budgetFactor * Double(networkWeightBytes)))
      return chooseAlgorithms(
        convolutions.map { options(for: $0, cache) }, weightBudget: budget - networkWeightBytes + plain)
    }
  }

  private func options(for convolution: SelectableConvolution, _ cache: AlgorithmCache) -> [AlgorithmOption] {
    let problem = convolution.problem
    return measurements(of: convolution, cache).map {
      AlgorithmOption(
        candidate: $0.candidate,
        nanoseconds: $0.nanoseconds * ($0.candidate == .directSplit ? Self.directSplitCaution : 1),
        weightBytes: $0.candidate.weightBytes(problem, lanes: lanes),
        weightReads: weightReads(problem))
    }
  }

  /// By one sample alone and, where batches can be larger, by each part of a batch.
  private func weightReads(_ problem: ConvolutionProblem) -> Double {
    if options.maximumBatch == 1 { return 1 }
    let parts = min(options.threadCount, problem.maximumBatch)
    return 1 + Double(parts) / Double(problem.maximumBatch)
  }

  private var hasSplitProducts: Bool { processor.kernels.splitProducts != nil }

  private var lanes: Int { processor.kernels.lanes }

  /// Times of the candidates, measured where the cache does not have them.
  private func measurements(of convolution: SelectableConvolution, _ cache: AlgorithmCache) -> [MeasuredCandidate] {
    let problem = convolution.problem
    let candidates = candidates(for: problem)
    guard candidates.count > 1 else { return [MeasuredCandidate(candidate: .direct, nanoseconds: 0)] }
    if let known = cache[key(problem)], known.allSatisfy({ candidates.contains($0.candidate) }) { return known }
    var transformed: [ConvolutionAlgorithm: PackedWeights] = [:]
    let steps = candidates.map {
      $0.step(
        problem, weights: convolution.weights, kernels: processor.kernels, threadCount: options.threadCount,
        &transformed)
    }
    let times = StepTimer(problem, lanes: lanes, planBatch: options.maximumBatch, pool: pool, timer: timer)
      .nanosecondsForEachSample(steps)
    let measured = zip(candidates, times).map { MeasuredCandidate(candidate: $0, nanoseconds: $1) }
    let best = Self.bestOfEachAlgorithm(measured)
    cache[key(problem)] = best
    return best
  }

  /// Of candidates that differ in how their work is cut, the fastest.
  private static func bestOfEachAlgorithm(_ measured: [MeasuredCandidate]) -> [MeasuredCandidate] {
    Dictionary(grouping: measured) { $0.candidate.algorithm }.values
      .map { $0.min { $0.nanoseconds < $1.nanoseconds }! }
      .sorted { $0.nanoseconds < $1.nanoseconds }
  }

  /// Without measuring: below 14 x 14 the transformed kernels outweigh what they save, one sample at a time.
  private func guess(_ problem: ConvolutionProblem) -> AlgorithmCandidate {
    guard problem.geometry.outputArea >= 14 * 14 else { return .direct }
    return candidates(for: problem).first { $0.algorithm == .winogradF4 || $0 == .winogradRows } ?? .direct
  }

  private func candidates(for problem: ConvolutionProblem) -> [AlgorithmCandidate] {
    let direct: [AlgorithmCandidate] =
      hasSplitProducts && problem.groups == 1 ? [.direct, .directSplit] : [.direct]
    if WinogradRowConvolutionStep.supports(problem) { return direct + [.winogradRows] }
    guard Self.supportsWinograd(problem) else { return direct }
    return direct + (problem.geometry.strideHeight == 1 ? stride1Candidates(problem) : stride2Candidates(problem))
  }

  private func stride1Candidates(_ problem: ConvolutionProblem) -> [AlgorithmCandidate] {
    let area = problem.geometry.outputArea
    let isSmall = area <= 14 * 14
    var candidates = [14, 28].map { AlgorithmCandidate.winograd(.f4, tilesPerTask: $0, channelParts: 1) }
    if area * problem.maximumBatch >= 8 * 14 * 14 {
      candidates.append(.winograd(.f4, tilesPerTask: 56, channelParts: 1))
      // The more tiles a task has, the fewer tasks read the weights.
      if isSmall { candidates.append(.winograd(.f2, tilesPerTask: 98, channelParts: 1)) }
    }
    if !isSmall || !isMeasured {
      candidates += [7, 14, 28].map { .winograd(.f6, tilesPerTask: $0, channelParts: 1) }
    }
    // Few tiles cannot be shared out by themselves: then threads share the output channels too.
    let threads = options.threadCount
    if area <= 28 * 28, threads > 1 { candidates.append(.winograd(.f4, tilesPerTask: 56, channelParts: threads)) }
    if isSmall, threads > 1 { candidates.append(.winograd(.f2, tilesPerTask: 56, channelParts: threads)) }
    candidates.append(.winograd(.f2, tilesPerTask: 28, channelParts: 1))
    if hasSplitProducts { candidates += [64, 128, 224].map { .winogradSplit(tilesPerTask: $0) } }
    return candidates
  }

  private func stride2Candidates(_ problem: ConvolutionProblem) -> [AlgorithmCandidate] {
    guard problem.geometry.outputArea >= 14 * 14 || !isMeasured else { return [] }
    return [7, 14, 28].map { .winograd(.f4Stride2, tilesPerTask: $0, channelParts: 1) }
      + [28, 56, 98].map { .winograd(.f2Stride2, tilesPerTask: $0, channelParts: 1) }
  }

  /// What cannot be the fastest is not measured.
  private var isMeasured: Bool {
    if case .measured = options.selection { true } else { false }
  }

  /// 3x3 with stride 1 or 2, of whole channels, of maps that are in blocks already.
  private static func supportsWinograd(_ problem: ConvolutionProblem) -> Bool {
    let geometry = problem.geometry
    return problem.groups == 1 && !problem.isPlanarInput && geometry.kernelHeight == 3 && geometry.kernelWidth == 3
      && geometry.strideHeight == geometry.strideWidth && geometry.strideHeight <= 2 && geometry.dilationHeight == 1
      && geometry.dilationWidth == 1
  }

  /// Everything that the times depend on, apart from the machine.
  private func key(_ problem: ConvolutionProblem) -> String {
    let geometry = problem.geometry
    return
      "\(geometry.kernelHeight)x\(geometry.kernelWidth)/\(geometry.strideHeight)x\(geometry.strideWidth), padding "
      + "\(geometry.paddingTop) \(geometry.paddingLeft), dilation \(geometry.dilationHeight) \(geometry.dilationWidth), groups \(problem.groups): "
      + "\(problem.inputChannels)x\(geometry.inputHeight)x\(geometry.inputWidth) -> "
      + "\(problem.outputChannels)x\(geometry.outputHeight)x\(geometry.outputWidth)"
      + (problem.hasResidual ? " + residual" : "") + (problem.isPlanarInput ? ", planar" : "")
      + ", batch \(problem.maximumBatch) of \(options.maximumBatch), \(options.threadCount) threads, "
      + processor.rawValue
  }
}
