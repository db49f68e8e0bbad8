import InferenceRuntime
import KernelTemplates

/// One convolution of a plan, forward or back, by the fastest of inference's algorithms.
struct ConvolutionPass: TrainingStep {
  private let convolution: BoundConvolution
  private let inputCount: Int

  /// - Parameters:
  ///   - input: `nil` for the network's own.
  ///   - inputCount: floats of one of the network's own inputs.
  init(
    _ convolution: RepackedConvolution, input: BatchValue?, addend: BatchValue?, output: BatchValue, inputCount: Int
  ) {
    self.convolution = BoundConvolution(convolution, input: input, addend: addend, output: output)
    self.inputCount = inputCount
  }

  var scratchCount: Int { convolution.convolution.scratchCount }
  var sharedCount: Int { convolution.convolution.sharedCount }
  var algorithm: String { convolution.convolution.candidate }

  func run(_ context: TrainingContext) {
    convolution.run(
      context.batch,
      images: BatchValue(UnsafeMutablePointer(mutating: context.images), stride: inputCount), pool: context.pool,
      scratch: context.scratch, scratchStride: context.scratchStride, shared: context.shared)
  }
}

/// Packs the weights of the pass that comes next, as they are now.
private struct WeightPackingStep: TrainingStep {
  private let convolution: RepackedConvolution
  let scratchCount: Int
  /// Unchecked: whoever updates parameters does so between batches.
  nonisolated(unsafe) private let bias: UnsafePointer<Float>?

  init(_ convolution: RepackedConvolution, bias: UnsafePointer<Float>?, scratchCount: Int) {
    self.convolution = convolution
    self.bias = bias
    self.scratchCount = scratchCount
  }

  var algorithm: String { "packing" }

  func run(_ context: TrainingContext) {
    convolution.repack(bias: bias, pool: context.pool, scratch: context.scratch)
  }
}

extension PlanBuilder {
  /// Records the convolution by the algorithm that is the fastest on this machine, and the packing of its weights before it.
  ///
  /// - Parameters:
  ///   - input: may be the network's own, of `inputCount` floats.
  ///   - addend: added to the sums, and written over.
  mutating func recordConvolution(
    _ convolution: TrainedConvolution, weights view: KernelView, bias: UnsafePointer<Float>?, input: PlanValue,
    inputCount: Int, addend: PlanValue?, output: PlanValue, name: String
  ) {
    let (kernels, pool) = (kernels, pool)
    let candidate = choices.choice(
      convolution.measurementKey, among: convolution.candidates(on: kernels)
    ) { candidate in
      timedRun(convolution, candidate, view, kernels: kernels, pool: pool)
    }
    let weights = RepackedWeights(convolution, candidate: candidate, weights: view, kernels: kernels)
    reservePackedWeights(weights.count)
    let bound = Deferred { (memory: PlanMemory) in
      RepackedConvolution(weights, memory: memory.packedWeights.pointer, threadCount: pool.threadCount)
    }
    record("\(name).packing", reads: [], writes: []) { memory in
      WeightPackingStep(bound(memory), bias: bias, scratchCount: weights.scratchCount)
    }
    record(
      name, reads: (input.isInput ? [] : [input]) + (addend.map { [$0] } ?? []), writes: [output],
      inPlace: addend.map { (output, $0) }
    ) { memory in
      ConvolutionPass(
        bound(memory), input: input.isInput ? nil : memory[input], addend: addend.map { memory[$0] },
        output: memory[output], inputCount: inputCount)
    }
  }
}

/// Runs a candidate over as many samples as say something about a batch.
private func timedRun(
  _ convolution: TrainedConvolution, _ candidate: String, _ weights: KernelView, kernels: KernelSet, pool: WorkerPool
) -> () -> Void {
  let batch = AlgorithmChoices.timedBatch(
    maximumBatch: convolution.maximumBatch, multiplyAccumulates: convolution.multiplyAccumulates)
  var timed = convolution
  timed.maximumBatch = batch
  let packing = RepackedWeights(timed, candidate: candidate, weights: weights, kernels: kernels)
  let packed = LargeBuffer(packing.count)
  let repacked = RepackedConvolution(packing, memory: packed.pointer, threadCount: pool.threadCount)
  let geometry = convolution.geometry
  let inputCount = storedChannels(convolution.inputChannels, lanes: kernels.lanes) * geometry.inputArea
  let outputCount = storedChannels(convolution.outputChannels, lanes: kernels.lanes) * geometry.outputArea
  let memory = LargeBuffer(batch * (inputCount + outputCount))
  let scratchStride = roundedUp(repacked.scratchCount)
  let scratch = LargeBuffer(max(scratchStride * pool.threadCount, 16))
  let shared = LargeBuffer(max(repacked.sharedCount, 16))
  let input = BatchValue(memory.pointer, stride: inputCount)
  let output = BatchValue(memory.pointer + batch * inputCount, stride: outputCount)
  let bound = BoundConvolution(
    repacked, input: input, addend: convolution.hasAddend ? output : nil, output: output)
  return {
    withExtendedLifetime((memory, packed, scratch, shared)) {
      bound.run(
        batch, images: input, pool: pool, scratch: scratch.pointer, scratchStride: scratchStride,
        shared: shared.pointer)
    }
  }
}

/// To whole cache lines.
func roundedUp(_ count: Int) -> Int { (count + 15) / 16 * 16 }
