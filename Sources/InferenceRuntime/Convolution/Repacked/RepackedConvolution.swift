import KernelTemplates
import NetworkGraph

/// One value of every sample of a batch, somewhere in memory.
///
/// `@unchecked Sendable`: whoever runs steps takes care of who writes where.
package struct BatchValue: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  /// Floats from one sample to the next.
  package let stride: Int

  package init(_ pointer: UnsafeMutablePointer<Float>, stride: Int) {
    self.pointer = pointer
    self.stride = stride
  }

  package func sample(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * stride }
}

/// A convolution as training asks for it.
package struct TrainedConvolution: Hashable, Sendable {
  package var geometry: WindowGeometry
  package var groups: Int
  package var inputChannels: Int
  package var outputChannels: Int
  package var activation = Activation.identity
  /// Whether a second value, laid out as the output, is added to the sums.
  package var hasAddend = false
  /// Whether the input is `C x H x W`, not in blocks.
  package var isPlanarInput = false
  /// Groups of the layer's definition that each group stands for; see `mergeGroups`.
  package var mergedGroups = 1
  package var maximumBatch: Int

  package init(
    geometry: WindowGeometry, groups: Int, inputChannels: Int, outputChannels: Int, maximumBatch: Int
  ) {
    self.geometry = geometry
    self.groups = groups
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.maximumBatch = maximumBatch
  }

  fileprivate var problem: ConvolutionProblem {
    ConvolutionProblem(
      geometry: geometry, groups: groups, inputChannels: inputChannels, outputChannels: outputChannels,
      bias: [Float](repeating: 0, count: outputChannels), epilogue: Epilogue(activation), hasResidual: hasAddend,
      isPlanarInput: isPlanarInput, maximumBatch: maximumBatch)
  }

  /// Everything that measured times depend on, apart from the machine.
  package var measurementKey: String {
    problem.measurementKey + (mergedGroups > 1 ? " of \(mergedGroups)" : "") + ", batch \(maximumBatch)"
  }

  package var multiplyAccumulates: Int { problem.multiplyAccumulates }

  /// The names of the algorithms that can compute the convolution, with the lowest estimate first. There are none if
  /// groups do not fill whole blocks. The number of threads makes no difference.
  package func candidates(on kernels: KernelSet) -> [String] {
    let problem = problem
    let able = ConvolutionAlgorithms.able(problem, on: kernels).filter {
      $0 is any RepackableConvolution && (mergedGroups == 1 || $0 is DirectConvolution)
    }
    let ordered = able.sorted { ($0.estimate(problem) ?? .infinity) < ($1.estimate(problem) ?? .infinity) }
    return ordered.flatMap { algorithm in
      algorithm.cuts(of: problem, threadCount: 2).map { AlgorithmCandidate(algorithm, $0).description }
    }
  }
}

/// How a convolution's weights are packed for one of the algorithms of inference, as often as they change.
package struct RepackedWeights: Sendable {
  fileprivate let convolution: TrainedConvolution
  fileprivate let candidate: String
  fileprivate let kernels: KernelSet
  private let packer: any WeightPacker

  /// - Parameter candidate: one of the convolution's `candidates`.
  package init(_ convolution: TrainedConvolution, candidate: String, weights: KernelView, kernels: KernelSet) {
    let algorithm = AlgorithmCandidate(candidate)!.algorithm as! any RepackableConvolution
    self.convolution = convolution
    self.candidate = candidate
    self.kernels = kernels
    packer = algorithm.packer(weights, for: convolution.problem, kernels: kernels)
  }

  /// Floats of packed weights.
  package var count: Int { packer.count }

  /// Floats of scratch memory for each worker.
  package var scratchCount: Int { packer.scratchCount }

  fileprivate func pack(
    pool: WorkerPool, scratch: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    packer.pack(pool: pool, scratch: scratch, into: target)
  }
}

/// A convolution by one of the algorithms of inference, whose weights change between runs.
package final class RepackedConvolution: Sendable {
  /// As it stands among the candidates.
  package let candidate: String
  fileprivate let problem: ConvolutionProblem
  fileprivate let step: any ExecutionStep
  private let weights: RepackedWeights
  private let packed: PackedWeights

  /// - Parameters:
  ///   - memory: `weights.count` floats, which need to hold these weights from `repack` to the end of the run alone.
  ///   - threadCount: of the pools that the convolution runs with.
  package init(_ weights: RepackedWeights, memory: UnsafeMutablePointer<Float>, threadCount: Int) {
    let chosen = AlgorithmCandidate(weights.candidate)!
    self.weights = weights
    candidate = weights.candidate
    problem = weights.convolution.problem
    packed = PackedWeights(borrowing: memory, count: weights.count)
    step = chosen.algorithm.step(
      problem, packed: packed, cut: chosen.cut, kernels: weights.kernels, threadCount: threadCount)
  }

  /// Floats of scratch memory for each worker.
  package var scratchCount: Int { step.scratchCount }

  /// Floats of scratch memory that all workers share.
  package var sharedCount: Int { step.sharedCount(batch: problem.maximumBatch) }

  /// Packs the weights as they are now. It must not be called while the convolution runs.
  ///
  /// - Parameters:
  ///   - bias: one value for each output; `nil` for zeros.
  ///   - scratch: `weights.scratchCount` floats for each worker.
  package func repack(bias: UnsafePointer<Float>?, pool: WorkerPool, scratch: UnsafeMutablePointer<Float>) {
    weights.pack(pool: pool, scratch: scratch, into: packed.memory)
    if let bias { step.bias?.memory.update(from: bias, count: problem.outputChannels) }
  }
}

/// A convolution and the values that it reads and writes.
///
/// `@unchecked Sendable`: one thread at a time runs it.
package final class BoundConvolution: @unchecked Sendable {
  package let convolution: RepackedConvolution
  private let input: BatchValue?
  private let output: BatchValue
  private let inputs: [ValueLocation]
  private let outputLocation: ValueLocation
  private let samples: UnsafeMutablePointer<UnsafePointer<Float>>

  /// - Parameters:
  ///   - input: `nil` for one that is given for each run.
  ///   - addend: given where the convolution has one; may be `output`.
  package init(_ convolution: RepackedConvolution, input: BatchValue?, addend: BatchValue?, output: BatchValue) {
    func location(_ value: BatchValue) -> ValueLocation {
      .arena(
        ArenaSlice(region: .batch, offset: 0, start: value.pointer - output.pointer, stride: value.stride))
    }
    self.convolution = convolution
    self.input = input
    self.output = output
    inputs =
      [convolution.problem.isPlanarInput ? .networkInput : input.map(location) ?? .networkInput]
      + (addend.map { [location($0)] } ?? [])
    outputLocation = location(output)
    samples = .allocate(capacity: convolution.problem.maximumBatch)
  }

  deinit {
    samples.deallocate()
  }

  /// - Parameters:
  ///   - images: the input where none was given.
  ///   - shared: `sharedCount` floats.
  package func run(
    _ batch: Int, images: BatchValue, pool: WorkerPool, scratch: UnsafeMutablePointer<Float>, scratchStride: Int,
    shared: UnsafeMutablePointer<Float>
  ) {
    let memory = BatchMemory(start: output.pointer, samples: 0..<batch)
    for sample in 0..<batch {
      (samples + sample).initialize(to: UnsafePointer((input ?? images).sample(sample)))
    }
    convolution.step.run(
      StepContext(
        batch: batch, firstSample: 0, executor: .pool(pool),
        arena: Arena(sampleRegion: output.pointer, part: memory, batch: memory), scratch: scratch,
        scratchStride: scratchStride, shared: shared, networkInputs: UnsafePointer(samples), inputs: inputs,
        output: outputLocation))
  }
}
