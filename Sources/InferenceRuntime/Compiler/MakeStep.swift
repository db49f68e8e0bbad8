import KernelTemplates
import KernelsPortable
import NetworkGraph

/// Turns lowered layers into steps for one set of options.
struct StepMaker {
  let options: CompilerOptions
  let memory: MemoryPlan
  let selector: AlgorithmSelector?
  private let kernels: KernelSet?

  init(options: CompilerOptions, memory: MemoryPlan, pool: WorkerPool?) {
    self.options = options
    self.memory = memory
    if case .tiled(let processor) = options.engine {
      kernels = processor.kernels
      selector = AlgorithmSelector(options: options, processor: processor, pool: pool)
    } else {
      kernels = nil
      selector = nil
    }
  }

  /// Makes the choices that need the machine to themselves, so that steps can be made at the same time.
  func prepare(_ layer: LoweredLayer) {
    guard case .convolution(let convolution, let weights, let bias, _) = layer.operation,
      layer.outputLayout != .planar, !convolution.isDepthwise(inputChannels: layer.inputShapes[0].channels)
    else { return }
    selector?.prepare(problem(convolution, layer, bias: bias, bounds: .none), weights: weights)
  }

  /// The step that computes a layer.
  func step(for layer: LoweredLayer) -> any ExecutionStep {
    if let kernels, case .fullyConnected(let weights, let bias, let activation) = layer.operation {
      return activated(layer, activation) {
        FullyConnectedBlockStep(
          weights: weights, bias: bias, bounds: $0, input: (layer.inputShapes[0], layer.inputLayouts[0]),
          kernels: kernels)
      }
    }
    if let kernels, case .conversion = layer.operation {
      return ConversionStep(
        shape: layer.outputShape, isPacking: layer.outputLayout != .planar, lanes: kernels.lanes)
    }
    guard let kernels, layer.outputLayout != .planar else {
      return makePlanarStep(layer, threadCount: options.threadCount)
    }
    return blockedStep(for: layer, kernels: kernels)
  }

  private func blockedStep(for layer: LoweredLayer, kernels: KernelSet) -> any ExecutionStep {
    let input = layer.inputShapes[0]
    switch layer.operation {
    case .convolution(let convolution, let weights, let bias, let activation):
      return activated(layer, activation) { bounds in
        convolutionStep(problem(convolution, layer, bias: bias, bounds: bounds), weights: weights, kernels: kernels)
      }
    case .maxPooling(let pooling):
      let geometry = WindowGeometry(pooling.resolvedWindow(for: input), input: input, output: layer.outputShape)
      return PoolingBlockStep(maximumOver: geometry, channels: input.channels, kernels: kernels)
    case .averagePooling(let pooling):
      return PoolingBlockStep(pooling, input: input, output: layer.outputShape, kernels: kernels)
    case .adaptiveAveragePooling(let outputSize):
      return AdaptivePoolingBlockStep(
        kernels: kernels, blocks: input.blocks(lanes: kernels.lanes), inputSize: input.spatial,
        outputSize: outputSize)
    case .localResponseNormalization(let normalization):
      return ResponseNormalizationBlockStep(normalization, input: input, kernels: kernels)
    case .activation(let activation):
      return ActivationStep(activation: activation, count: layer.storedCount)
    case .add(let activation):
      return AddStep(activation: activation, count: layer.storedCount)
    case .concatenate:
      return ConcatenateStep(
        counts: layer.inputShapes.map { $0.storedCount(layer.outputLayout) },
        elided: Set(layer.inputs.indices.filter { isInPlace(layer, input: $0) }))
    case .fullyConnected, .scaleAndShift, .softmax, .channelPadding, .conversion, .identity:
      preconditionFailure("\(layer.name) has no blocked step, so its layout is planar")
    }
  }

  private func convolutionStep(
    _ problem: ConvolutionProblem, weights: WeightTensor, kernels: KernelSet
  ) -> any ExecutionStep {
    if problem.isDepthwise {
      return DepthwiseBlockStep(problem, weights: weights, kernels: kernels)
    }
    return selector!.step(for: problem, weights: weights)
  }

  private func problem(
    _ convolution: Convolution, _ layer: LoweredLayer, bias: [Float], bounds: Bounds
  ) -> ConvolutionProblem {
    let input = layer.inputShapes[0]
    return ConvolutionProblem(
      geometry: WindowGeometry(convolution.resolvedWindow(for: input), input: input, output: layer.outputShape),
      groups: convolution.groups, inputChannels: input.channels, outputChannels: convolution.outputChannels,
      bias: bias, bounds: bounds, hasResidual: layer.inputs.count > 1,
      isPlanarInput: layer.inputLayouts[0] == .planar)
  }

  /// Whether an input of a concatenation lies where the result has it.
  private func isInPlace(_ layer: LoweredLayer, input: Int) -> Bool {
    guard memory.elided.contains(layer.inputs[input]),
      case .arena(let whole)? = memory.locations[layer.name],
      case .arena(let part)? = memory.locations[layer.inputs[input]]
    else { return false }
    let before = layer.inputShapes[..<input].reduce(0) { $0 + $1.storedCount(layer.outputLayout) }
    return part == ArenaSlice(offset: whole.offset, start: before, stride: whole.stride)
  }

  /// A step that applies `activation` as bounds where it amounts to that, else after it.
  private func activated(
    _ layer: LoweredLayer, _ activation: Activation, _ make: (Bounds) -> any ExecutionStep
  ) -> any ExecutionStep {
    switch activation {
    case .identity: make(.none)
    case .relu: make(Bounds(lower: 0, upper: .infinity))
    case .relu6: make(Bounds(lower: 0, upper: 6))
    case .leakyReLU, .tanh, .sigmoid:
      ActivatedStep(step: make(.none), activation: activation, count: layer.storedCount)
    }
  }
}
