import Architectures
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct ReplaceableHeadTests {
  @Test("of every published network the head can be exchanged", arguments: Architecture.all.map(\.name))
  func catalogue(name: String) throws {
    let network = try Architecture.named(name).network()
    let head = try #require(network.replaceableHead)
    #expect(head.biasShift == (name == "squeezenet1_1" ? 256 : 0))
    if let linear = network.classifierHead { #expect(head.layer == linear.layer && head.body == linear.body) }
  }

  @Test("SqueezeNet with a new head gives weighted sums of averaged features, negative ones too, but for a constant")
  func squeezeNet() throws {
    let network = try Architecture.named("squeezenet1_1").network(inputShape: [3, 64, 64], numClasses: 10)
    let base = try ModelContents(
      network: network, weights: SeededWeights.make(for: network), labels: (0..<10).map { ClassLabel(name: "\($0)") },
      preprocessing: Preprocessing(
        resize: .none, crop: .center(PixelSize(64)), scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]),
      provenance: ModelProvenance(source: "seeded", licence: "CC0-1.0"))
    let body = try #require(network.replaceableHead?.body)
    #expect(body.outputName == "features.12.concatenate.features")
    let input = SeededWeights.input(count: 3 * 64 * 64)
    let features = try Self.run(body, base.weights, input)
    #expect(features.count == 512)
    // The means of what the network has there, by the layer before.
    let maps = try Self.run(network.cut(behind: "features.12.concatenate").lower, base.weights, input)
    for (channel, feature) in features.enumerated() {
      let map = maps[channel * 9..<(channel + 1) * 9]
      #expect(abs(map.reduce(0, +) / 9 - feature) < 1e-4 * max(1, abs(feature)))
    }
    var generator = CounterGenerator(seed: 5, stream: .learningCurve)
    let scale = 20 / features.reduce(0) { $0 + abs($1) }
    let head = LinearHead(
      classCount: 3, featureCount: 512,
      weights: generator.permutation(1536).map { (Float($0) / 768 - 1) * scale }, bias: [0.5, -20, 2])
    let model = try base.replacingHead(
      weights: WeightTensor(shape: [3, 512], values: head.weights), biases: head.bias,
      labels: (0..<3).map { ClassLabel(name: "\($0)") })
    #expect(model.weights["classifier.1.weight"]?.shape == [3, 512, 1, 1])
    #expect(try model.network == Architecture.named("squeezenet1_1").network(inputShape: [3, 64, 64], numClasses: 3))
    let logits = try Self.run(model.network, model.weights, input)
    let expected = head.logits(FeatureMatrix(rows: 1, columns: 512, values: features))[0]
    #expect(expected.contains { $0 < -1 })
    for (logit, value) in zip(logits, expected) { #expect(abs(logit - 256 - value) < 1e-3) }
  }

  private static func run(_ network: Network, _ weights: Weights, _ input: [Float]) throws -> [Float] {
    let plan = try Compiler.compile(network, weights: network.tensors(of: weights))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
    return try instance.run([Tensor(shape: network.inputShape.dimensions, values: input)])[0].values
  }
}
