import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A network with everything that a training step computes: forward, loss and backward.
///
/// A plan owns the memory of one batch, and a training step allocates nothing. Equal parameters, batches, kernels and
/// algorithms give equal bits, on any number of threads.
///
/// A plan is not `Sendable`: one thread at a time may use it.
public final class TrainingPlan {
  /// The parameters that the plan reads, and whose gradients and running statistics it writes.
  public let parameters: ParameterStore
  /// The largest batch, in samples, that one step takes.
  public let maximumBatch: Int
  private let pool: WorkerPool
  private let steps: [BoundStep]
  private let memory: PlanMemory
  private let scratch: LargeBuffer
  private let scratchStride: Int
  private let shared: LargeBuffer
  private let outcome: LossOutcome
  private let inputCount: Int
  private let classCount: Int

  private struct BoundStep {
    let name: String
    let step: any TrainingStep
  }

  /// Records the steps of a network and allocates their memory. Algorithms that `choices` do not contain are timed,
  /// if `choices` measure.
  ///
  /// - Parameters:
  ///   - network: the network to train. It must end in one value for each class; a softmax at its end is part of the
  ///     loss.
  ///   - parameters: the parameters of the network.
  ///   - options: batch size, kernels, loss and frozen tensors.
  ///   - choices: the algorithms that are known already. New choices are added.
  ///   - pool: the threads that compute. The results do not depend on their number.
  /// - Throws: `ShapeError` if the network's layers do not fit one another. `TrainingError.noClassifier` if it does
  ///   not end in one value for each class. `TrainingError.classWeights` if the number of class weights is another.
  /// - Precondition: `options.maximumBatch` is at least 1.
  public init(
    _ network: Network, parameters: ParameterStore, options: TrainingOptions, choices: AlgorithmChoices,
    pool: WorkerPool
  ) throws {
    precondition(options.maximumBatch >= 1, "a batch has at least one sample")
    let kernels = options.kernels.kernels
    var builder = PlanBuilder(
      kernels: kernels, parameters: parameters, options: options, choices: choices, pool: pool)
    let outcome = LossOutcome(maximumBatch: options.maximumBatch)
    let logits = try builder.recordAll(network, outcome: outcome)
    let memory = PlanMemory(builder)
    steps = builder.records.map { BoundStep(name: $0.name, step: $0.make(memory)) }
    self.parameters = parameters
    maximumBatch = options.maximumBatch
    self.pool = pool
    self.memory = memory
    self.outcome = outcome
    scratchStride = roundedUp(steps.map(\.step.scratchCount).max() ?? 0)
    scratch = LargeBuffer(max(scratchStride * pool.threadCount, 16))
    shared = LargeBuffer(max(steps.map(\.step.sharedCount).max() ?? 0, 16))
    inputCount = network.inputShape.elementsPerSample
    classCount = logits.shape.channels
  }

  /// Computes a batch forward and backward. Afterwards `parameters.gradients` are the gradients of the mean loss, and
  /// the running statistics include the batch. The parameters do not change; `OptimizerState.update` changes them.
  ///
  /// - Parameters:
  ///   - batch: 1 to `maximumBatch` samples of the network's input shape, with their labels.
  ///   - step: the number of the training step, from 0. Dropout draws its numbers for it.
  /// - Returns: the loss and the accuracy of the batch, before the update.
  /// - Precondition: the batch fits the network, and its labels are classes of the network.
  public func computeGradients(_ batch: TrainingBatch, step: Int) -> BatchResult {
    let context = context(batch, step: step)
    for step in steps { step.step.run(context) }
    return outcome.result
  }

  /// Computes the gradients of a batch, and measures each step of the plan.
  ///
  /// - Parameter batch: a batch as `computeGradients` takes it.
  /// - Returns: the name, the algorithm and the time of each step of the plan, in the order in which they run.
  public func profile(_ batch: TrainingBatch) -> [(name: String, algorithm: String, time: Duration)] {
    let context = context(batch, step: 0)
    return steps.map { step in
      (step.name, step.step.algorithm, ContinuousClock().measure { step.step.run(context) })
    }
  }

  /// Bytes of memory that the plan holds, without the parameters: values of a batch, packed weights of one pass and
  /// scratch memory.
  public var memoryBytes: Int {
    memory.byteCount + (scratch.count + shared.count) * MemoryLayout<Float>.stride
  }

  /// Names of the steps, in the order in which they run.
  var stepNames: [String] { steps.map(\.name) }

  private func context(_ batch: TrainingBatch, step: Int) -> TrainingContext {
    precondition((1...maximumBatch).contains(batch.count), "a batch of \(batch.count) samples")
    precondition(batch.sampleCount == inputCount, "samples of another shape")
    precondition(
      (0..<batch.count).allSatisfy { (0..<Int32(classCount)).contains(batch.labels[$0]) }, "a label is no class")
    return TrainingContext(
      batch: batch.count, step: step, images: batch.images, labels: batch.labels, pool: pool,
      scratch: scratch.pointer, scratchStride: scratchStride, shared: shared.pointer)
  }
}

extension PlanBuilder {
  /// Records all layers forward, the loss, and all layers backward.
  ///
  /// - Returns: the logits.
  fileprivate mutating func recordAll(_ network: Network, outcome: LossOutcome) throws -> PlanValue {
    let forward = try recordForward(network, input: recordInput(network.inputShape), stopsAtLogits: true)
    let logits = forward.output
    guard logits.shape.area == 1, !logits.isInput else {
      throw TrainingError.noClassifier(
        network: network.name, shape: [logits.shape.channels, logits.shape.height, logits.shape.width])
    }
    if let weights = options.classWeights, weights.count != logits.shape.channels {
      throw TrainingError.classWeights(count: weights.count, expected: logits.shape.channels)
    }
    let gradient = value(logits.shape)
    let options = options
    record("loss", reads: [logits], writes: [gradient]) { memory in
      CrossEntropyStep(
        logits: memory[logits], gradient: memory[gradient], shape: logits.shape, options: options, outcome: outcome)
    }
    contribute(gradient, to: logits, from: "loss")
    recordBackward(forward.layers)
    return logits
  }

  /// The network's input as layers read it. Planes of an image stay as they are; maps of as many channels as a vector
  /// has lanes, such as another network gives, are put into blocks once for all layers that read them.
  mutating func recordInput(_ shape: TensorShape) -> PlanValue {
    shape.channels < lanes ? .input(MapShape(shape, lanes: lanes)) : packedInput(shape, for: Network.inputName)
  }

  /// The layers that compute a network, with the value that each gives.
  typealias Layers = [(layer: any DifferentiableLayer, result: PlanValue)]

  /// Records all layers that the output depends on.
  ///
  /// - Parameters:
  ///   - stopsAtLogits: whether a softmax that ends the network is left to the loss.
  ///   - watched: the name of a node whose value is kept apart. It has a gradient, even if no value before it has
  ///     one.
  /// - Returns: the layers in their order, the network's output or logits, and the watched value.
  mutating func recordForward(
    _ network: Network, input: PlanValue, stopsAtLogits: Bool, watching watched: String? = nil
  ) throws -> (layers: Layers, output: PlanValue, watched: PlanValue?) {
    let graph = TrainingGraph(network, stopsAtLogits: stopsAtLogits, keeping: watched)
    let shapes = try network.inferShapes()
    let layerShapes = Dictionary(uniqueKeysWithValues: zip(network.nodes.map(\.name), shapes.layers))
    var values = [Network.inputName: watched == Network.inputName ? input.withGradient : input]
    var layers: Layers = []
    let inSampleBlocks =
      input.isInput
      ? SampleBlocks.layerCount(
        graph, layerShapes, lanes: lanes, maximumBatch: maximumBatch, layout: options.layout) : 0
    if inSampleBlocks > 0 { values[Network.inputName] = recordSampleBlocks(of: network.inputShape) }
    for (index, layer) in graph.layers.enumerated() {
      let own = layerShapes[layer.node.name]!
      if index == inSampleBlocks, index > 0 { leaveSampleBlocks(layer, own.inputs[0], &values, &layers) }
      usesSampleBlocks = index < inSampleBlocks
      let source = LayerSource(
        name: layer.node.name, node: layer.node, inputs: layer.node.inputs.map { values[$0]! },
        inputShapes: own.inputs.map(stored), outputShape: stored(own.output))
      var made = makeLayer(layer, source, addend: layer.addend.map { values[$0]! })
      let result = made.forward(&self)
      values[layer.resultName] = layer.resultName == watched ? result.withGradient : result
      // What passes a value on as it is has no gradient of its own.
      if !source.inputs.contains(result) { layers.append((made, result)) }
    }
    return (layers, values[graph.outputName]!, watched.flatMap { values[$0] })
  }

  /// The shape that a step sees for one sample: the shape of the graph, or that of a block of samples in which each
  /// channel is a vector.
  private func stored(_ shape: TensorShape) -> TensorShape {
    guard usesSampleBlocks else { return shape }
    return TensorShape(
      channels: shape.channels * lanes, height: shape.spatial.height, width: shape.spatial.width)
  }

  /// The network's input in blocks of samples.
  private mutating func recordSampleBlocks(of shape: TensorShape) -> PlanValue {
    let block = MapShape(
      channels: shape.channels * lanes, height: shape.spatial.height, width: shape.spatial.width, lanes: lanes)
    let result = value(block, isInSampleBlocks: true)
    record("\(Network.inputName).rearrange", reads: [], writes: [result]) { [lanes] memory in
      EnterSampleBlocksStep(count: shape.elementsPerSample, lanes: lanes, output: memory[result])
    }
    return result
  }

  /// The value that `layer` reads, in blocks of channels.
  private mutating func leaveSampleBlocks(
    _ layer: TrainingGraph.Layer, _ shape: TensorShape, _ values: inout [String: PlanValue], _ layers: inout Layers
  ) {
    usesSampleBlocks = false
    let name = layer.node.inputs[0]
    let made = LeaveSampleBlocksLayer(values[name]!, shape: MapShape(shape, lanes: lanes), for: layer.node.name)
    let result = made.forward(&self)
    values[name] = result
    layers.append((made, result))
  }

  /// Records the gradients of all layers whose results have one, the last layer first.
  mutating func recordBackward(_ layers: Layers) {
    for (layer, result) in layers.reversed() where result.needsGradient {
      usesSampleBlocks = result.isInSampleBlocks
      if let gradient = gradient(of: result) { layer.backward(gradient, &self) }
    }
    usesSampleBlocks = false
  }
}
