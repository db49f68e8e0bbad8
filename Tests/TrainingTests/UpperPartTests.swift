import Architectures
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@testable import Training

/// The part of a network above a boundary, trained by itself on the maps that the part below gives.
@Suite struct UpperPartTests {
  @Test(
    "the upper part's gradients are those of the whole network with the same layers frozen",
    arguments: [
      ("resnet8", [3, 32, 32], 0.7), ("resnet20", [3, 32, 32], 0.6), ("mobilenet_v2", [3, 32, 32], 0.8),
      ("mobilenet_v3_small", [3, 32, 32], 0.6), ("shufflenet_v2_x1_0", [3, 32, 32], 0.5),
      ("squeezenet1_1", [3, 32, 32], 0.5), ("efficientnet-lite0", [3, 32, 32], 0.8),
    ], ProcessorKernels.trained)
  func gradients(of network: (name: String, shape: [Int], depth: Double), on kernels: ProcessorKernels) throws {
    let whole = try Architecture.named(network.name).network(inputShape: network.shape, numClasses: 7)
    let nodes = whole.cutNodes
    // The cut itself, and the next: one of two neighbours is often the input of a sum further up.
    for place in [Int(Double(nodes.count) * network.depth), Int(Double(nodes.count) * network.depth) + 1] {
      try expectEqualGradients(whole, cutBehind: nodes[place], kernels)
    }
  }

  private func expectEqualGradients(_ whole: Network, cutBehind node: String, _ kernels: ProcessorKernels) throws {
    let cut = try whole.cut(behind: node)
    let weights = try SeededWeights.make(for: whole)
    let images = Self.batch(whole.inputShape.dimensions)
    let frozen = Set(try cut.lower.parameters().map(\.name))
    let expected = try Self.gradients(whole, weights, images, frozen: frozen, kernels)
    let maps = Self.batch(cut.upper.inputShape.dimensions)
    let plan = try Compiler.compile(
      cut.lower, weights: weights.keeping(cut.lower), options: CompilerOptions(engine: .tiled(kernels)))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
    for sample in 0..<images.count {
      let input = Array(
        UnsafeBufferPointer(start: images.images + sample * images.sampleCount, count: images.sampleCount))
      let map = try instance.run([Tensor(shape: whole.inputShape.dimensions, values: input)])[0].values
      (maps.images + sample * maps.sampleCount).update(from: map, count: map.count)
    }
    let actual = try Self.gradients(cut.upper, weights, maps, frozen: [], kernels)
    #expect(abs(actual.loss - expected.loss) <= 1e-4 * expected.loss, "\(node)")
    for (name, gradient) in actual.gradients {
      let other = expected.gradients[name]!
      let greatest = other.reduce(1e-3) { max($0, abs($1)) }
      let farthest = zip(gradient, other).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      #expect(farthest <= 5e-3 * greatest, "\(name) above \(node): \(farthest) of \(greatest)")
    }
  }

  private static func gradients(
    _ network: Network, _ weights: Weights, _ batch: TrainingBatch, frozen: Set<String>, _ kernels: ProcessorKernels
  ) throws -> (loss: Double, gradients: [String: [Float]]) {
    let store = try ParameterStore(network, weights: weights.keeping(network))
    let options = TrainingOptions(
      maximumBatch: batch.capacity, kernels: kernels, frozen: frozen, freezesStatistics: true)
    let plan = try TrainingPlan(
      network, parameters: store, options: options, choices: AlgorithmChoices(preferring: "direct"),
      pool: WorkerPool(threadCount: 2))
    let result = plan.computeGradients(batch, step: 0)
    #expect(store.weights().filter { $0.key.contains("running") }.allSatisfy { $1.values == weights[$0]!.values })
    return (result.loss, store.gradientArrays)
  }

  private static func batch(_ shape: [Int]) -> TrainingBatch {
    let batch = TrainingBatch(capacity: 3, sampleShape: shape)
    for (place, value) in SeededWeights.input(count: 3 * batch.sampleCount).enumerated() { batch.images[place] = value }
    for sample in 0..<3 { batch.labels[sample] = Int32(sample % 7) }
    batch.count = 3
    return batch
  }

  @Test("no step computes a gradient of the maps")
  func noInputGradient() throws {
    let whole = try Architecture.named("efficientnet-lite0").network(inputShape: [3, 64, 64], numClasses: 5)
    let upper = try whole.cut(behind: "_blocks.11._bn2").upper
    let store = try ParameterStore(upper, weights: SeededWeights.make(for: upper))
    let plan = try TrainingPlan(
      upper, parameters: store, options: TrainingOptions(maximumBatch: 2, freezesStatistics: true),
      choices: AlgorithmChoices(measures: false), pool: WorkerPool(threadCount: 1))
    #expect(plan.stepNames.first == "input.pack")
    #expect(plan.stepNames.count { $0.hasSuffix(".pack") } == 1)
    #expect(!plan.stepNames.contains { $0.hasPrefix("_blocks.12._expand_conv.input") })
    #expect(plan.stepNames.contains { $0.hasPrefix("_blocks.12._project_conv.input") })
  }
}
