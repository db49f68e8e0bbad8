import Architectures
import NetworkGraph
import Testing

@testable import Adaptation

@Suite struct FrozenBoundaryTests {
  @Test(
    "the last stage or a little more is trained, and maps at the boundary are small",
    arguments: [
      ("resnet8", "block2.relu", [32, 16, 16], 0.29), ("efficientnet-lite0", "_blocks.11._bn2", [192, 7, 7], 0.31),
      ("mobilenet_v2", "features.14.conv.3", [160, 7, 7], 0.25), ("resnet50", "layer3.3.relu", [1024, 14, 14], 0.31),
    ])
  func examples(name: String, layer: String, shape: [Int], share: Double) throws {
    let boundary = try Self.boundary(name)
    #expect(boundary.layer == layer)
    #expect(boundary.mapShape == shape)
    #expect(abs(boundary.trainedShare - share) < 0.006, "\(boundary.trainedShare)")
  }

  @Test("every network has a boundary, with something to train above and something to keep below")
  func all() throws {
    for architecture in Architecture.all {
      let boundary = try Self.boundary(architecture.name)
      #expect((0.05...0.7).contains(boundary.trainedShare), "\(architecture.name): \(boundary)")
      #expect(boundary.mapBytes < 3 << 20, "\(architecture.name): \(boundary)")
    }
  }

  @Test("where maps must be smaller, the boundary is nearer to the answer")
  func smaller() throws {
    let boundaries = try FrozenBoundary.all(of: Architecture.named("resnet50").network())
    let boundary = try #require(FrozenBoundary.best(of: boundaries, maximumMapBytes: 500_000))
    #expect(boundary.mapShape == [2048, 7, 7])
    #expect(FrozenBoundary.best(of: boundaries, maximumMapBytes: 100) == nil)
  }

  @Test("a network is not divided between layers that share a tensor")
  func sharing() throws {
    let convolution = Operator.convolution(Convolution(outputChannels: 4, kernel: 3, padding: 1, hasBias: false))
    let network = try Network(
      name: "sharing", inputShape: TensorShape(channels: 4, height: 4, width: 4),
      nodes: [
        Node("a", convolution, inputs: [Network.inputName]), Node("b", convolution, inputs: ["a"]),
        Node("c", convolution, inputs: ["b"], parameters: [.weight: "a.weight"]),
        Node("d", convolution, inputs: ["c"]),
      ])
    #expect(try FrozenBoundary.all(of: network).map(\.layer) == ["c"])
  }

  private static func boundary(_ name: String) throws -> FrozenBoundary {
    let boundaries = try FrozenBoundary.all(of: Architecture.named(name).network())
    return try #require(FrozenBoundary.best(of: boundaries, maximumMapBytes: .max))
  }
}
