import Architectures
import Foundation
import InferenceRuntime
import NetworkGraph
import TestSupport
import Testing

@Suite("Logits of every architecture against PyTorch")
struct ArchitectureLogitsTests {
  static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/architectures/logits")

  /// Every engine that this processor runs.
  static let engines: [Engine] = [.reference] + ProcessorKernels.allCases.filter(\.isSupported).map(Engine.tiled)

  @Test("seeded weights and input give PyTorch's logits", arguments: Architecture.all.map(\.name))
  func logits(name: String) throws {
    try OpenBLASCheck.verify()
    let network = try Architecture.named(name).network()
    let weights = try SeededWeights.make(for: network)
    let expected = try Self.golden(name)
    // Every architecture on the widest kernels and on the reference; one of each family on the others.
    let families = ["alexnet_original", "googlenet", "resnet18", "squeezenet1_1", "efficientnet-lite0", "lenet5"]
    for engine in Self.engines
    where engine == .reference || engine == .tiled(.best) || families.contains(name) {
      try expectLogits(expected, network, weights, engine)
    }
  }

  private func expectLogits(_ expected: [Float], _ network: Network, _ weights: Weights, _ engine: Engine) throws {
    let plan = try Compiler.compile(
      network, weights: weights, options: CompilerOptions(maximumBatch: 1, threadCount: 2, engine: engine))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2))
    let input = Tensor(
      shape: plan.inputShape, values: SeededWeights.input(count: network.inputShape.elementsPerSample))
    let actual = try instance.run([input])[0].values
    try #require(actual.count == expected.count)
    let scale = try #require(expected.map(abs).max())
    let difference = zip(actual, expected).map { abs($0 - $1) }.max()! / scale
    #expect(
      difference <= 1e-3,
      "\(engine): relative difference \(difference); Tests/Goldens/architectures/generate.py makes the reference")
  }

  /// Little-endian f32 values that `generate.py` wrote.
  static func golden(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: goldens.appendingPathComponent("\(name).f32"))
    return stride(from: 0, to: data.count, by: 4).map { offset in
      Float(bitPattern: data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}
