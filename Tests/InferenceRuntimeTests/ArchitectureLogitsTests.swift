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

  @Test("seeded weights and input give PyTorch's logits", arguments: Architecture.all.map(\.name))
  func logits(name: String) throws {
    try OpenBLASCheck.verify()
    let network = try Architecture.named(name).network()
    let plan = try Compiler.compile(
      network, weights: SeededWeights.make(for: network), options: CompilerOptions(maximumBatch: 1, threadCount: 2))
    let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 2))
    let input = Tensor(
      shape: plan.inputShape, values: SeededWeights.input(count: network.inputShape.elementsPerSample))
    let actual = try instance.run([input])[0].values

    let expected = try Self.golden(name)
    try #require(actual.count == expected.count)
    let scale = try #require(expected.map(abs).max())
    let difference = zip(actual, expected).map { abs($0 - $1) }.max()! / scale
    #expect(
      difference <= 1e-3,
      "relative difference \(difference); Tests/Goldens/architectures/generate.py makes the reference")
  }

  /// Little-endian f32 values that `generate.py` wrote.
  static func golden(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: goldens.appendingPathComponent("\(name).f32"))
    return stride(from: 0, to: data.count, by: 4).map { offset in
      Float(bitPattern: data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}
