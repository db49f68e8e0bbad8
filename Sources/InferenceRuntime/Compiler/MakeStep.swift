import KernelTemplates
import NetworkGraph

/// Turns lowered layers into steps. All decisions are made before, so several steps can be made at the same time.
struct StepMaker {
  let options: CompilerOptions
  let memory: MemoryPlan

  /// The step that computes the network's layer `index`.
  func step(for layer: LoweredLayer, at index: Int) -> any ExecutionStep {
    guard let kernels = options.kernels else { return makePlanarStep(layer, threadCount: options.threadCount) }
    switch layer.operation {
    case .fullyConnected(let weights, let bias, let activation):
      return FullyConnectedBlockStep(
        weights: weights, bias: bias, epilogue: Epilogue(activation),
        input: (layer.inputShapes[0], layer.inputLayouts[0]), kernels: kernels)
    case .conversion:
      return ConversionStep(
        shape: layer.outputShape, isPacking: layer.outputLayout != .planar, lanes: kernels.lanes)
    case .convolution, .scaleAndShift, .maxPooling, .averagePooling, .adaptiveAveragePooling,
      .localResponseNormalization, .activation, .parametricReLU, .softmax, .add, .multiply, .concatenate,
      .selectChannels, .identity:
      return layer.outputLayout == .planar
        ? makePlanarStep(layer, threadCount: options.threadCount) : blockedStep(for: layer, at: index, kernels: kernels)
    }
  }

  private func blockedStep(for layer: LoweredLayer, at index: Int, kernels: KernelSet) -> any ExecutionStep {
    let input = layer.inputShapes[0]
    switch layer.operation {
    case .convolution(let convolution):
      let batch = memory.maximumBatch(layer: index, of: options.maximumBatch)
      return layer.algorithm!.step(
        ConvolutionProblem(layer, convolution, maximumBatch: batch), weights: convolution.weights, kernels: kernels,
        threadCount: options.threadCount)
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
      return ActivationBlockStep(activation, shape: layer.outputShape, kernels: kernels)
    case .scaleAndShift(let scale, let shift, let activation):
      return ScaleAndShiftBlockStep(
        scale: scale, shift: shift, activation, area: input.spatial.area, kernels: kernels)
    case .parametricReLU(let slopes):
      return ParametricReLUBlockStep(slopes: slopes, area: input.spatial.area, kernels: kernels)
    case .add(let activation):
      return AddStep(activation: activation, count: layer.storedCount)
    case .multiply(let activation):
      return MultiplyBlockStep(
        maps: input, factors: layer.inputShapes[1], Epilogue(activation), kernels: kernels)
    case .concatenate:
      return concatenation(layer, kernels: kernels)
    case .selectChannels(let selection):
      return GatherChannelsBlockStep(
        sources: selection.sources.map { $0.map { (input: 0, channel: $0) } }, area: input.spatial.area,
        lanes: kernels.lanes)
    case .fullyConnected, .softmax, .conversion, .identity:
      preconditionFailure("\(layer.name) has no blocked step, so its layout is planar")
    }
  }

  private func concatenation(_ layer: LoweredLayer, kernels: KernelSet) -> any ExecutionStep {
    guard layer.joinsWholeBlocks(lanes: kernels.lanes) else {
      return GatherChannelsBlockStep(
        sources: layer.inputShapes.enumerated().flatMap { input, shape in
          (0..<shape.channels).map { (input: input, channel: $0) }
        }, area: layer.outputShape.spatial.area, lanes: kernels.lanes)
    }
    return ConcatenateStep(
      counts: layer.inputShapes.map { $0.storedCount(layer.outputLayout) },
      elided: Set(layer.inputs.indices.filter { isInPlace(layer, input: $0) }))
  }

  /// Whether an input of a concatenation lies where the result has it.
  private func isInPlace(_ layer: LoweredLayer, input: Int) -> Bool {
    guard memory.elided.contains(layer.inputs[input]),
      case .arena(let whole)? = memory.locations[layer.name],
      case .arena(let part)? = memory.locations[layer.inputs[input]]
    else { return false }
    let start = whole.start + layer.inputShapes[..<input].reduce(0) { $0 + $1.storedCount(layer.outputLayout) }
    return part == ArenaSlice(region: whole.region, offset: whole.offset, start: start, stride: whole.stride)
  }
}
