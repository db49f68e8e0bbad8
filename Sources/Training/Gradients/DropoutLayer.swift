import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// Inverted dropout: numbers are dropped with a probability p, the others grow by `1 / (1 - p)`, so that nothing has to be
/// done when serving.
///
/// Who is dropped follows from the seed, the step, the sample, the layer and the number's index in the graph's order. So it
/// depends neither on threads nor on the layout in memory, and the way back draws the same lots again.
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
    let lots = DropoutLots(seed: plan.options.seed, layer: source.name)
    plan.record(name, reads: [value], writes: [result], inPlace: (result, value)) {
      [probability, kernels = plan.kernels] memory in
      DropoutStep(
        probability: probability, lots: lots, shape: value.shape, values: memory[value], output: memory[result],
        kernels: kernels)
    }
  }
}

/// The keys of a layer's random numbers: one for each sample of each step.
struct DropoutLots: Sendable {
  private let layerKey: UInt64

  init(seed: UInt64, layer: String) {
    // FNV-1a, so that each layer has its own.
    let name = layer.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    layerKey = Self.mixed(Self.mixed(seed) ^ name)
  }

  func key(step: Int, sample: Int) -> UInt64 {
    Self.mixed(Self.mixed(layerKey &+ UInt64(step)) &+ UInt64(sample))
  }

  /// A step of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014, figure 16).
  private static func mixed(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private struct DropoutStep: TrainingStep {
  let probability: Float
  let lots: DropoutLots
  let shape: MapShape
  let values: BatchValue
  let output: BatchValue
  let kernels: KernelSet

  var algorithm: String { "elementwise" }

  /// Zero where nothing remains.
  private var factor: Float { probability < 1 ? 1 / (1 - probability) : 0 }

  func run(_ context: TrainingContext) {
    context.forEachRun(of: shape) { _, sample, blocks in
      let key = lots.key(step: context.step, sample: sample)
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
