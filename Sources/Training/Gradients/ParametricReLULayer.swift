import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// ReLU with a learned slope for each channel's negative values, or one for all.
///
/// He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015, section 2.1.
struct ParametricReLULayer: DifferentiableLayer {
  private let isShared: Bool
  private let source: LayerSource
  private let slopeName: String
  private var input: ArrangedValue

  init(_ prelu: PReLU, _ source: LayerSource) {
    isShared = prelu.isShared
    self.source = source
    slopeName = source.tensorName(.weight)
    input = ArrangedValue(original: source.inputs[0], value: source.inputs[0])
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.arranged(input.original, as: source.inputShapes[0], for: source.name)
    let value = input.value
    let output = plan.value(value.shape, needsGradient: value.needsGradient || plan.isLearned(slopeName))
    let slopes = Slopes(values: plan.values(ofParameter: slopeName), isShared: isShared)
    plan.record(source.name, reads: [value], writes: [output], inPlace: (output, value)) {
      [kernels = plan.kernels] memory in
      ParametricReLUStep(
        slopes: slopes, shape: value.shape, input: memory[value], output: memory[output], kernels: kernels)
    }
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let value = input.value
    let slopeGradient = plan.gradient(ofParameter: slopeName)
    let result = input.needsGradient ? plan.value(value.shape) : nil
    let slopes = Slopes(values: plan.values(ofParameter: slopeName), isShared: isShared)
    plan.record(
      "\(source.name).backward", reads: [value, gradient], writes: result.map { [$0] } ?? [],
      inPlace: result.map { ($0, gradient) }
    ) { [kernels = plan.kernels, maximumBatch = plan.maximumBatch] memory in
      ParametricReLUGradientStep(
        slopes: slopes, slopeGradient: slopeGradient, shape: value.shape, values: memory[value],
        gradient: memory[gradient], result: result.map { memory[$0] }, kernels: kernels, maximumBatch: maximumBatch)
    }
    if let result { plan.contribute(result, to: input, from: source.name) }
  }
}

/// The slopes with their present values.
///
/// `@unchecked Sendable`: steps only read the slopes, and no other code writes them meanwhile.
private struct Slopes: @unchecked Sendable {
  /// One a channel and then zeros up to a boundary of 16; or a single one.
  let values: UnsafePointer<Float>
  let isShared: Bool

  init(values: UnsafeMutablePointer<Float>, isShared: Bool) {
    self.values = UnsafePointer(values)
    self.isShared = isShared
  }

  /// Those of a block's channels; `scratch` has room for a vector.
  func vector(block: Int, lanes: Int, scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
    guard isShared else { return values + block * lanes }
    scratch.update(repeating: values[0], count: lanes)
    return UnsafePointer(scratch)
  }
}

private struct ParametricReLUStep: TrainingStep {
  let slopes: Slopes
  let shape: MapShape
  let input: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "elementwise" }
  var scratchCount: Int { shape.lanes }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { worker, sample, block in
      let place = block * shape.blockSize
      let factors = slopes.vector(block: block, lanes: shape.lanes, scratch: context.scratch(worker: worker))
      kernels.combine(
        CombinationArguments(
          .scaleNegative, input.sample(sample) + place, factors, isPerBlock: true, vectors: shape.area,
          output: output.sample(sample) + place, epilogue: .none))
    }
  }
}

private struct ParametricReLUGradientStep: TrainingStep {
  let slopes: Slopes
  let slopeGradient: PlanBuilder.ParameterGradient?
  let shape: MapShape
  let values: BatchValue
  let gradient: BatchValue
  /// The gradient of the input; `nil` if no layer needs it.
  let result: BatchValue?
  let kernels: KernelSet
  let maximumBatch: Int

  var algorithm: String { "elementwise" }
  var scratchCount: Int { shape.lanes }
  /// `[sample][blocks][lanes]`: each sample's part of the slopes' gradient.
  var sharedCount: Int { maximumBatch * channels }

  /// The number of channels, the padding of the last block included.
  private var channels: Int { shape.blocks * shape.lanes }

  func run(_ context: TrainingContext) {
    context.forEachBlock(of: shape) { worker, sample, block in
      let place = block * shape.blockSize
      kernels.training.combinationGradient(
        CombinationGradientArguments(
          .scaleNegative, values: values.sample(sample) + place,
          factors: slopes.vector(block: block, lanes: shape.lanes, scratch: context.scratch(worker: worker)),
          gradient: gradient.sample(sample) + place, vectors: shape.area,
          result: result.map { $0.sample(sample) + place },
          sums: context.shared + sample * channels + block * shape.lanes))
    }
    if let slopeGradient { addSamples(context, to: slopeGradient) }
  }

  /// Sample after sample, so that the sum is the same whatever the number of threads.
  private func addSamples(_ context: TrainingContext, to target: PlanBuilder.ParameterGradient) {
    var total = 0.0
    for channel in 0..<shape.channels {
      for sample in 0..<context.batch { total += Double(context.shared[sample * channels + channel]) }
      let isLast = channel == shape.channels - 1
      guard !slopes.isShared || isLast else { continue }
      let place = target.pointer + (slopes.isShared ? 0 : channel)
      place.pointee = Float(target.accumulates ? Double(place.pointee) + total : total)
      total = 0
    }
  }
}
