import Architectures
import Foundation
import NetworkGraph
import TestSupport
import Testing

/// The engine's logits are compared in `Tests/InferenceRuntimeTests`; here are those of the plain loops, so that a wrong
/// network and a wrong kernel can be told apart. The networks are the smallest that hold every operator of the catalogue.
@Suite("Logits of plain loops against PyTorch")
struct PlainLogitsTests {
  @Test(
    "seeded weights and input give PyTorch's logits to the last digits of f32",
    arguments: ["lenet5", "resnet20", "resnet8", "mobilenet_v3_small", "shufflenet_v2_x1_0", "efficientnet_b0"])
  func logits(name: String) throws {
    let network = try Architecture.named(name).network()
    let reference = PlainReference(network: network, weights: try SeededWeights.make(for: network))
    let actual = try reference.run(SeededWeights.input(count: network.inputShape.elementsPerSample))
    let expected = try golden(name)
    try #require(actual.count == expected.count)
    let scale = try #require(expected.map(abs).max())
    let difference = zip(actual, expected).map { abs($0 - $1) }.max()! / scale
    #expect(difference <= 1e-6, Reference.remake)
  }

  /// Little-endian f32 values that `generate.py` wrote.
  private func golden(_ name: String) throws -> [Float] {
    let file = Checkout.root.appending(path: "Tests/Goldens/architectures/logits/\(name).f32")
    return try Data(contentsOf: file).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map { offset in
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      }
    }
  }
}
