import KernelTemplates
import KernelsPortable
import NetworkGraph

/// Turns lowered layers into steps for one set of options.
struct StepMaker {
  private let options: CompilerOptions
  private let memory: MemoryPlan
  private let kernels: KernelSet?
  /// How the convolutions that have a choice are computed, by index of the layer.
  private let choices: [Int: AlgorithmCandidate]

  /// Makes the choices, for which the machine may have to be measured; afterwards steps can be made at the same time.
  init(_ network: LoweredNetwork, options: CompilerOptions, memory: MemoryPlan, pool: WorkerPool) {
    self.options = options
    self.memory = memory
    guard case .tiled(let processor) = options.engine else {
      (kernels, choices) = (nil, [:])
      return
    }
    kernels = processor.kernels
    let selectable = network.layers.enumerated().compactMap { index, layer in
      Self.selectable(layer, at: index, options, memory).map { (index: index, convolution: $0) }
    }
    let candidates = AlgorithmSelector(options: options, processor: processor, pool: pool).choices(
      for: selectable.map(\.convolution),
      networkWeightBytes: network.layers.reduce(0) { $0 + $1.weightCount } * MemoryLayout<Float>.stride)
    choices = Dictionary(uniqueKeysWithValues: zip(selectable.map(\.index), candidates))
  }

  /// The layer as a convolution whose algorithm can be chosen.
  private static func selectable(
    _ layer: LoweredLayer, at index: Int, _ options: CompilerOptions, _ memory: MemoryPlan
  ) -> SelectableConvolution? {
    guard case .convolution(let convolution, let weights, let bias, _) = layer.operation,
      layer.outputLayout != .planar, !convolution.isDepthwise(inputChannels: layer.inputShapes[0].channels)
    else { return nil }
    let batch = memory.maximumBatch(layer: index, of: options.maximumBatch)
    return SelectableConvolution(
      problem: ConvolutionProblem(convolution, layer, bias: bias, bounds: .none, maximumBatch: batch), weights: weights)
  }

  /// The step that computes the network's layer `index`.
  func step(for layer: LoweredLayer, at index: Int) -> any ExecutionStep {
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
    return blockedStep(for: layer, at: index, kernels: kernels)
  }

  private func blockedStep(for layer: LoweredLayer, at index: Int, kernels: KernelSet) -> any ExecutionStep {
    let input = layer.inputShapes[0]
    switch layer.operation {
    case .convolution(let convolution, let weights, let bias, let activation):
      return activated(layer, activation) { bounds in
        let problem = ConvolutionProblem(
          convolution, layer, bias: bias, bounds: bounds,
          maximumBatch: memory.maximumBatch(layer: index, of: options.maximumBatch))
        guard let choice = choices[index] else {
          return DepthwiseBlockStep(problem, weights: weights, kernels: kernels)
        }
        return choice.step(problem, weights: weights, kernels: kernels, threadCount: options.threadCount)
      }
    case .maxPooling(let pooling):
      let geometry = WindowGeometry(pooling.resolvedWindow(for: input), input: input, output: layer.outputShape)
      return PoolingBlockStep(maximumOver: geometry, channels: input.channels, kernels: kernels)
    case .averagePooling(let pooling):
      return PoolingBlockStep(pooling, input: input, output: layer.outputShape, kernels: kernels)
    case .adaptiveAveragePooling(let outputSize):
      return AdaptivePoolingBlockStep(
        kernels: kernels, blocks: blockCount(input.channels, lanes: kernels.lanes), inputSize: input.spatial,
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

  /// Whether an input of a concatenation lies where the result has it.
  private func isInPlace(_ layer: LoweredLayer, input: Int) -> Bool {
    guard memory.elided.contains(layer.inputs[input]),
      case .arena(let whole)? = memory.locations[layer.name],
      case .arena(let part)? = memory.locations[layer.inputs[input]]
    else { return false }
    let before = layer.inputShapes[..<input].reduce(0) { $0 + $1.storedCount(layer.outputLayout) }
    return part == ArenaSlice(region: whole.region, offset: whole.offset, start: before, stride: whole.stride)
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

extension ConvolutionProblem {
  init(_ convolution: Convolution, _ layer: LoweredLayer, bias: [Float], bounds: Bounds, maximumBatch: Int) {
    let input = layer.inputShapes[0]
    self.init(
      geometry: WindowGeometry(convolution.resolvedWindow(for: input), input: input, output: layer.outputShape),
      groups: convolution.groups, inputChannels: input.channels, outputChannels: convolution.outputChannels,
      bias: bias, bounds: bounds, hasResidual: layer.inputs.count > 1,
      isPlanarInput: layer.inputLayouts[0] == .planar, maximumBatch: maximumBatch)
  }
}
