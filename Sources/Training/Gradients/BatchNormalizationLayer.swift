import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Batch normalisation with the operations that are fused with it: the sum of a residual block, and an activation
/// that is only a pair of bounds. One pass over memory computes the statistics, and one pass computes everything
/// else.
///
/// Ioffe and Szegedy, Batch Normalization, 2015, algorithm 1 and the equations of section 3.
struct BatchNormalizationLayer: DifferentiableLayer {
  /// How much of a batch the running statistics take in: PyTorch's.
  static let momentum: Float = 0.1

  private let source: LayerSource
  private let normalization: BatchNormalization
  private var addend: PlanValue?
  private let activation: Activation
  private var input: PlanValue
  private var output: PlanValue?
  private var state: NormalizationState?

  /// - Parameters:
  ///   - addend: a value that is added before the activation.
  ///   - activation: identity, ReLU or ReLU6.
  init(_ source: LayerSource, _ normalization: BatchNormalization, addend: PlanValue?, activation: Activation) {
    precondition(Epilogue(activation).function == nil, "\(activation) is not fused with batch normalisation")
    self.source = source
    self.normalization = normalization
    self.addend = addend
    self.activation = activation
    input = source.inputs[0]
  }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    input = plan.inBlocks(input, as: source.inputShapes[0], for: source.name)
    if let value = addend { addend = plan.inBlocks(value, as: source.outputShape, for: source.name) }
    let isLearned = plan.isLearned(source.tensorName(.weight)) || plan.isLearned(source.tensorName(.bias))
    let needsGradient = input.needsGradient || isLearned || addend?.needsGradient ?? false
    let output = plan.value(input.shape, needsGradient: needsGradient)
    let state = NormalizationState(
      input.shape, epsilon: normalization.epsilon, isFrozen: plan.options.freezesStatistics,
      scale: plan.values(ofParameter: source.tensorName(.weight)),
      offset: plan.values(ofParameter: source.tensorName(.bias)),
      runningMean: plan.values(ofParameter: source.tensorName(.runningMean)),
      runningVariance: plan.values(ofParameter: source.tensorName(.runningVariance)))
    let (input, addend, kernels, epilogue) = (input, addend, plan.kernels, Epilogue(activation))
    let maximumBatch = plan.maximumBatch
    plan.record(
      source.name, reads: [input] + (addend.map { [$0] } ?? []), writes: [output],
      inPlace: (output, addend ?? input)
    ) { memory in
      NormalizationStep(
        state: state, input: memory[input], addend: addend.map { memory[$0] }, output: memory[output],
        epilogue: epilogue, maximumBatch: maximumBatch, kernels: kernels)
    }
    self.output = output
    self.state = state
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    let (state, output, input, kernels) = (state!, output!, input, plan.kernels)
    let scale = plan.gradient(ofParameter: source.tensorName(.weight))
    let offset = plan.gradient(ofParameter: source.tensorName(.bias))
    let epilogue = Epilogue(activation)
    let maximumBatch = plan.maximumBatch
    // With an addend, the gradient before the activation is the addend's too.
    let isStored = addend != nil && activation != .identity
    let before = isStored ? plan.value(gradient.shape) : gradient
    plan.record(
      "\(source.name).sums", reads: [input, gradient] + (isStored ? [output] : []), writes: isStored ? [before] : [],
      inPlace: isStored ? (before, gradient) : nil
    ) { memory in
      NormalizationSumStep(
        state: state, input: memory[input], gradient: memory[gradient],
        masking: isStored ? (output: memory[output], stored: memory[before]) : nil, epilogue: epilogue,
        scale: scale, offset: offset, maximumBatch: maximumBatch, kernels: kernels)
    }
    if let addend, addend.needsGradient { plan.contribute(before, to: addend, from: source.name) }
    guard input.needsGradient else { return }
    let result = plan.value(input.shape)
    plan.record(
      "\(source.name).input", reads: [input, before], writes: [result], inPlace: (result, before)
    ) { memory in
      NormalizationGradientStep(
        state: state, input: memory[input], gradient: memory[before], result: memory[result],
        epilogue: isStored ? .none : epilogue, kernels: kernels)
    }
    plan.contribute(result, to: input, from: source.name)
  }
}

/// What batch normalisation knows of its channels between the steps of a batch.
///
/// `@unchecked Sendable`: the steps of a plan run one after the other.
final class NormalizationState: @unchecked Sendable {
  let shape: MapShape
  let isFrozen: Bool
  private let epsilon: Float
  private let gamma: UnsafeMutablePointer<Float>
  private let beta: UnsafeMutablePointer<Float>
  private let runningMean: UnsafeMutablePointer<Float>
  private let runningVariance: UnsafeMutablePointer<Float>
  private let memory: LargeBuffer
  /// One a stored channel each. `value * scale + shift` is the layer's result.
  let mean: UnsafeMutablePointer<Float>
  let inverseDeviation: UnsafeMutablePointer<Float>
  let scale: UnsafeMutablePointer<Float>
  let shift: UnsafeMutablePointer<Float>
  /// `[block][3][lanes]`: see `NormalizationGradientArguments.factors`.
  let factors: UnsafeMutablePointer<Float>

  init(
    _ shape: MapShape, epsilon: Float, isFrozen: Bool, scale gamma: UnsafeMutablePointer<Float>,
    offset beta: UnsafeMutablePointer<Float>, runningMean: UnsafeMutablePointer<Float>,
    runningVariance: UnsafeMutablePointer<Float>
  ) {
    let stored = shape.blocks * shape.lanes
    self.shape = shape
    self.epsilon = epsilon
    self.isFrozen = isFrozen
    self.gamma = gamma
    self.beta = beta
    self.runningMean = runningMean
    self.runningVariance = runningVariance
    memory = LargeBuffer(7 * stored)
    mean = memory.pointer
    inverseDeviation = mean + stored
    scale = inverseDeviation + stored
    shift = scale + stored
    factors = shift + stored
  }

  /// - Parameters:
  ///   - sums: `[batch][block][2][lanes]` of values less those at the first position of the first sample.
  ///   - first: that sample.
  func takeMoments(_ sums: UnsafePointer<Float>, batch: Int, first: UnsafePointer<Float>) {
    let count = Double(batch * shape.area)
    for channel in 0..<shape.channels {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: shape.lanes)
      let (sum, squares) = Self.total(sums, shape, batch: batch, block: block, lane: lane)
      let variance = max(squares / count - (sum / count) * (sum / count), 0)
      let mean = Double(first[block * shape.blockSize + lane]) + sum / count
      set(channel, mean: Float(mean), variance: Float(variance))
      let momentum = BatchNormalizationLayer.momentum
      let unbiased = count > 1 ? variance * count / (count - 1) : variance
      runningMean[channel] += momentum * (Float(mean) - runningMean[channel])
      runningVariance[channel] += momentum * (Float(unbiased) - runningVariance[channel])
    }
  }

  func takeRunningStatistics() {
    for channel in 0..<shape.channels {
      set(channel, mean: runningMean[channel], variance: runningVariance[channel])
    }
  }

  private func set(_ channel: Int, mean: Float, variance: Float) {
    self.mean[channel] = mean
    inverseDeviation[channel] = 1 / (variance + epsilon).squareRoot()
    scale[channel] = gamma[channel] * inverseDeviation[channel]
    shift[channel] = beta[channel] - mean * scale[channel]
  }

  /// Sums over samples, in their order.
  static func total(
    _ sums: UnsafePointer<Float>, _ shape: MapShape, batch: Int, block: Int, lane: Int
  ) -> (Double, Double) {
    var (first, second) = (0.0, 0.0)
    for sample in 0..<batch {
      let place = sums + (sample * shape.blocks + block) * 2 * shape.lanes + lane
      first += Double(place[0])
      second += Double(place[shape.lanes])
    }
    return (first, second)
  }

  /// - Parameter sums: `[batch][block][2][lanes]` of gradients, and of gradients times `value - mean`.
  func takeGradientSums(
    _ sums: UnsafePointer<Float>, batch: Int, scale: PlanBuilder.ParameterGradient?,
    offset: PlanBuilder.ParameterGradient?
  ) {
    let count = Double(batch * shape.area)
    for channel in 0..<shape.channels {
      let (block, lane) = channel.quotientAndRemainder(dividingBy: shape.lanes)
      let (sum, products) = Self.total(sums, shape, batch: batch, block: block, lane: lane)
      let deviation = Double(inverseDeviation[channel])
      let factor = Double(self.scale[channel])
      let place = factors + block * 3 * shape.lanes + lane
      place[0] = Float(factor)
      place[shape.lanes] = isFrozen ? 0 : Float(-factor * deviation * deviation * products / count)
      place[2 * shape.lanes] = isFrozen ? 0 : Float(-factor * sum / count)
      if let scale {
        scale.pointer[channel] = (scale.accumulates ? scale.pointer[channel] : 0) + Float(products * deviation)
      }
      if let offset {
        offset.pointer[channel] = (offset.accumulates ? offset.pointer[channel] : 0) + Float(sum)
      }
    }
  }
}

private struct NormalizationStep: TrainingStep {
  let state: NormalizationState
  let input: BatchValue
  let addend: BatchValue?
  let output: BatchValue
  let epilogue: Epilogue
  let maximumBatch: Int
  let kernels: KernelSet

  var sharedCount: Int { maximumBatch * state.shape.blocks * 2 * state.shape.lanes }

  func run(_ context: TrainingContext) {
    let shape = state.shape
    if state.isFrozen {
      state.takeRunningStatistics()
    } else {
      context.parallel(parts: shape.blocks) { _, sample, block in
        kernels.training.moments(
          MomentArguments(
            values: input.sample(sample) + block * shape.blockSize, vectors: shape.area,
            shift: input.sample(0) + block * shape.blockSize,
            sums: context.shared + (sample * shape.blocks + block) * 2 * shape.lanes))
      }
      state.takeMoments(context.shared, batch: context.batch, first: input.sample(0))
    }
    context.parallel(parts: shape.blocks) { _, sample, block in
      let place = block * shape.blockSize
      kernels.training.normalize(
        NormalizationArguments(
          values: input.sample(sample) + place, vectors: shape.area, scale: state.scale + block * shape.lanes,
          shift: state.shift + block * shape.lanes, addend: addend.map { UnsafePointer($0.sample(sample) + place) },
          lower: epilogue.lower, upper: epilogue.upper, output: output.sample(sample) + place))
    }
  }
}

/// Sums of the gradient over the batch, from which those of scale and offset follow, and the factors of the next step.
private struct NormalizationSumStep: TrainingStep {
  let state: NormalizationState
  let input: BatchValue
  let gradient: BatchValue
  /// The layer's output where the gradient is zero at its bounds, and where the gradient before the activation goes.
  let masking: (output: BatchValue, stored: BatchValue)?
  let epilogue: Epilogue
  let scale: PlanBuilder.ParameterGradient?
  let offset: PlanBuilder.ParameterGradient?
  let maximumBatch: Int
  let kernels: KernelSet

  var sharedCount: Int { maximumBatch * state.shape.blocks * 2 * state.shape.lanes }

  func run(_ context: TrainingContext) {
    let shape = state.shape
    context.parallel(parts: shape.blocks) { _, sample, block in
      let place = block * shape.blockSize
      let source: NormalizationGradientArguments.Source =
        if let masking {
          .output(masking.output.sample(sample) + place, stored: masking.stored.sample(sample) + place)
        } else { epilogue == .none ? .plain : .result }
      kernels.training.normalizationSums(
        NormalizationGradientArguments(
          values: input.sample(sample) + place, gradient: gradient.sample(sample) + place, vectors: shape.area,
          source: source, scale: state.scale + block * shape.lanes, shift: state.shift + block * shape.lanes,
          mean: state.mean + block * shape.lanes, lower: epilogue.lower, upper: epilogue.upper,
          sums: context.shared + (sample * shape.blocks + block) * 2 * shape.lanes, factors: state.factors,
          result: gradient.sample(sample) + place))
    }
    state.takeGradientSums(context.shared, batch: context.batch, scale: scale, offset: offset)
  }
}

private struct NormalizationGradientStep: TrainingStep {
  let state: NormalizationState
  let input: BatchValue
  let gradient: BatchValue
  let result: BatchValue
  let epilogue: Epilogue
  let kernels: KernelSet

  func run(_ context: TrainingContext) {
    let shape = state.shape
    context.parallel(parts: shape.blocks) { _, sample, block in
      let place = block * shape.blockSize
      kernels.training.normalizationGradient(
        NormalizationGradientArguments(
          values: input.sample(sample) + place, gradient: gradient.sample(sample) + place, vectors: shape.area,
          source: epilogue == .none ? .plain : .result, scale: state.scale + block * shape.lanes,
          shift: state.shift + block * shape.lanes, mean: state.mean + block * shape.lanes, lower: epilogue.lower,
          upper: epilogue.upper, sums: state.factors, factors: state.factors + block * 3 * shape.lanes,
          result: result.sample(sample) + place))
    }
  }
}
