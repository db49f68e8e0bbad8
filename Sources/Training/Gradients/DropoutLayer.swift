import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Inverted dropout: values are dropped with a probability p, and the others are scaled by `1 / (1 - p)`, so that
/// serving needs no change.
///
/// The seed, the step, the sample, the layer and the value's index in the graph's order decide whether a value is
/// dropped. So the choice depends neither on threads nor on the layout in memory, and the backward pass repeats it.
///
/// Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014, sections 4 and 10.
struct DropoutLayer: DifferentiableLayer {
  private let probability: Float
  private let source: LayerSource
  private var input: PlanValue

  init(_ dropout: Dropout, _ source: LayerSource) {
    probability = dropout.probability
    self.source = source
    input = source.inputs[0]
  }

  /// Without dropout, the value itself: what reads it contributes to its gradient.
  private var isIdentity: Bool { probability <= 0 }

  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue {
    guard !isIdentity else { return input }
    input = plan.inBlocks(input, as: source.inputShapes[0], for: source.name)
    let output = plan.value(input.shape, needsGradient: input.needsGradient)
    record(source.name, input, into: output, &plan)
    return output
  }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {
    guard !isIdentity, input.needsGradient else { return }
    let result = plan.value(input.shape)
    record("\(source.name).backward", gradient, into: result, &plan)
    plan.contribute(result, to: input, from: source.name)
  }

  private func record(_ name: String, _ value: PlanValue, into result: PlanValue, _ plan: inout PlanBuilder) {
    let (layer, seed) = (CounterGenerator.place(of: source.name), plan.options.seed)
    plan.record(name, reads: [value], writes: [result], inPlace: (result, value)) {
      [probability, kernels = plan.kernels] memory in
      DropoutStep(
        probability: probability, seed: seed, layer: layer, shape: value.shape, values: memory[value],
        output: memory[result], kernels: kernels)
    }
  }
}

private struct DropoutStep: TrainingStep {
  let probability: Float
  let seed: UInt64
  /// The hash of the layer's name, which separates its random numbers from those of other layers.
  let layer: Int
  let shape: MapShape
  let values: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "elementwise" }

  /// Zero where nothing remains.
  private var factor: Float { probability < 1 ? 1 / (1 - probability) : 0 }

  func run(_ context: TrainingContext) {
    context.forEachRun(of: shape) { _, sample, blocks in
      let key = CounterGenerator.value(
        seed: seed, stream: .dropout, epoch: context.step, sample: sample, view: layer)
      if shape.area == 1 {
        drop(sample, blocks, vectorStride: shape.lanes, key)
      } else {
        for block in blocks { drop(sample, block..<block + 1, vectorStride: 1, key) }
      }
    }
  }

  private func drop(_ sample: Int, _ blocks: Range<Int>, vectorStride: Int, _ key: UInt64) {
    let place = blocks.lowerBound * shape.blockSize
    kernels.training.dropout(
      DropoutArguments(
        values: values.sample(sample) + place, output: output.sample(sample) + place,
        vectors: blocks.count * shape.area, firstIndex: place, laneStride: shape.area, vectorStride: vectorStride,
        key: key, probability: probability, factor: factor))
  }
}
