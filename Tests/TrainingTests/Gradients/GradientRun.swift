import InferenceRuntime
import KernelTemplates
import NetworkGraph

@testable import Training

/// Any network, forward and backward, from values and a cotangent that a test gives: `L = sum cotangent * output`.
struct GradientRun {
  let output: [[Float]]
  /// Of each sample; empty where the network's input is read as it is, since it has no gradient then.
  let inputGradient: [[Float]]
  let parameterGradients: [String: [Float]]
  let weights: Weights

  /// - Parameters:
  ///   - inputs: `[C][H][W]` of each sample.
  ///   - cotangents: of each sample, as the output.
  ///   - isPlanar: whether the first layers read the input as it is, not in blocks.
  init(
    _ network: Network, weights: Weights, inputs: [[Float]], cotangents: [[Float]], kernels: ProcessorKernels,
    options: TrainingOptions? = nil, choices: AlgorithmChoices = AlgorithmChoices(measures: false),
    threadCount: Int = 2, isPlanar: Bool = false, batch: Int? = nil
  ) throws {
    var options = options ?? TrainingOptions(maximumBatch: inputs.count)
    options.maximumBatch = max(options.maximumBatch, inputs.count)
    options.kernels = kernels
    let store = try ParameterStore(network, weights: weights)
    let pool = WorkerPool(threadCount: threadCount)
    let kernelSet = kernels.kernels
    var builder = PlanBuilder(kernels: kernelSet, parameters: store, options: options, choices: choices, pool: pool)
    let shape = MapShape(network.inputShape, lanes: kernelSet.lanes)
    let capture = Capture(inputs: inputs, cotangents: cotangents)
    let input = isPlanar ? PlanValue.input(shape) : builder.value(shape, needsGradient: true)
    if !isPlanar {
      builder.record("input", reads: [], writes: [input]) { memory in
        FillStep(capture: capture, value: memory[input], shape: shape)
      }
    }
    let forward = try builder.recordForward(network, input: input, stopsAtLogits: false)
    let output = forward.output
    let cotangent = builder.value(output.shape)
    builder.record("cotangent", reads: [output], writes: [cotangent]) { memory in
      CotangentStep(capture: capture, output: memory[output], cotangent: memory[cotangent], shape: output.shape)
    }
    builder.contribute(cotangent, to: output, from: "test")
    builder.recordBackward(forward.layers)
    if let gradient = builder.gradient(of: input) {
      builder.record("gradient", reads: [gradient], writes: []) { memory in
        ReadStep(capture: capture, value: memory[gradient], shape: shape)
      }
    }
    Self.run(builder, inputs: inputs, capture: capture, pool: pool)
    self.output = capture.outputs
    inputGradient = capture.gradients
    parameterGradients = Dictionary(
      uniqueKeysWithValues: store.parameters.filter(\.isLearned).map {
        ($0.name, Array(UnsafeBufferPointer(start: store.gradients + $0.range.lowerBound, count: $0.range.count)))
      })
    self.weights = store.weights()
  }

  private static func run(_ builder: PlanBuilder, inputs: [[Float]], capture: Capture, pool: WorkerPool) {
    let memory = PlanMemory(builder)
    let steps = builder.records.map { $0.make(memory) }
    let stride = roundedUp(steps.map(\.scratchCount).max() ?? 0)
    let scratch = LargeBuffer(max(stride * pool.threadCount, 16))
    // What nobody wrote must not be read.
    let shared = LargeBuffer(max(steps.map(\.sharedCount).max() ?? 0, 16))
    for index in 0..<shared.count { shared.pointer[index] = .nan }
    for index in 0..<scratch.count { scratch.pointer[index] = .nan }
    for index in 0..<memory.packedWeights.count { memory.packedWeights.pointer[index] = .nan }
    let images = inputs.flatMap { $0 }
    let labels = [Int32](repeating: 0, count: inputs.count)
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { labels in
        let context = TrainingContext(
          batch: inputs.count, step: 0, images: images.baseAddress!, labels: labels.baseAddress!, pool: pool,
          scratch: scratch.pointer, scratchStride: stride, shared: shared.pointer)
        for step in steps { step.run(context) }
      }
    }
    withExtendedLifetime((scratch, shared, memory)) {}
  }
}

/// `@unchecked Sendable`: steps run one after the other.
private final class Capture: @unchecked Sendable {
  let inputs: [[Float]]
  let cotangents: [[Float]]
  var outputs: [[Float]] = []
  var gradients: [[Float]] = []

  init(inputs: [[Float]], cotangents: [[Float]]) {
    self.inputs = inputs
    self.cotangents = cotangents
  }
}

private struct FillStep: TrainingStep {
  let capture: Capture
  let value: BatchValue
  let shape: MapShape

  func run(_ context: TrainingContext) {
    for sample in 0..<context.batch { shape.pack(capture.inputs[sample], into: value.sample(sample)) }
  }
}

private struct CotangentStep: TrainingStep {
  let capture: Capture
  let output: BatchValue
  let cotangent: BatchValue
  let shape: MapShape

  func run(_ context: TrainingContext) {
    capture.outputs = (0..<context.batch).map { shape.unpack(output.sample($0)) }
    for sample in 0..<context.batch { shape.pack(capture.cotangents[sample], into: cotangent.sample(sample)) }
  }
}

private struct ReadStep: TrainingStep {
  let capture: Capture
  let value: BatchValue
  let shape: MapShape

  func run(_ context: TrainingContext) {
    capture.gradients = (0..<context.batch).map { shape.unpack(value.sample($0)) }
  }
}

extension MapShape {
  /// `[C][H][W]` into blocks.
  func pack(_ values: [Float], into target: UnsafeMutablePointer<Float>) {
    values.withUnsafeBufferPointer {
      packBlocks($0.baseAddress!, channels: channels, area: area, lanes: lanes, into: target)
    }
  }

  /// Blocks as `[C][H][W]`.
  func unpack(_ source: UnsafePointer<Float>) -> [Float] {
    (0..<channels * area).map { index in
      let (channel, position) = index.quotientAndRemainder(dividingBy: area)
      return source[channel / lanes * blockSize + position * lanes + channel % lanes]
    }
  }
}
