import NetworkGraph

/// A network ready to run: a flat list of kernel calls, their weights, and where each value lies in an arena.
///
/// Immutable and shared; each `ExecutionInstance` owns the memory of one run at a time.
public final class ExecutionPlan: Sendable {
  struct BoundStep: Sendable {
    let layer: String
    let step: any ExecutionStep
    let inputs: [ValueLocation]
    let output: ValueLocation
  }

  public let name: String
  /// Shape of one input sample, `[C, H, W]`.
  public let inputShape: [Int]
  /// Shape of one answer, `[classes]` for a classifier.
  public let outputShape: [Int]
  public let maximumBatch: Int
  public let threadCount: Int
  let steps: [BoundStep]
  let output: ValueLocation
  let arenaCount: Int
  /// Floats of scratch memory for each worker.
  let scratchCount: Int

  init(
    name: String, lowered: LoweredNetwork, memory: MemoryPlan, inputShape: TensorShape, outputShape: TensorShape,
    options: CompilerOptions
  ) {
    var locations: [String: ValueLocation] = [Network.inputName: .networkInput]
    for layer in lowered.layers {
      locations[layer.name] = .arena(
        offset: memory.offsets[layer.name]!, stride: layer.outputShape.elementsPerSample)
    }
    self.name = name
    self.inputShape = inputShape.dimensions
    self.outputShape = outputShape.dimensions
    maximumBatch = options.maximumBatch
    threadCount = options.threadCount
    steps = lowered.layers.map { layer in
      BoundStep(
        layer: layer.name, step: makeStep(layer, threadCount: options.threadCount),
        inputs: layer.inputs.map { locations[$0]! }, output: locations[layer.name]!)
    }
    output = locations[lowered.outputName]!
    arenaCount = memory.arenaCount
    scratchCount = ((steps.map(\.step.scratchCount).max() ?? 0) + 15) / 16 * 16
  }

  /// Bytes of working memory for each instance.
  public var arenaBytes: Int { (arenaCount + scratchCount * threadCount) * MemoryLayout<Float>.stride }
}
