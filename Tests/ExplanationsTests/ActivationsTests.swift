import ModelServing
import NetworkGraph
import TestSupport
import Testing
import Training

@testable import Explanations

@Suite("Activations and filters")
struct ActivationsTests {
  static let networks = [
    "lenet5-relu", "resnet8", "googlenet", "densenet121", "mobilenet_v3_small", "shufflenet_v2_x1_0",
  ]

  @Test("every layer gives what PyTorch's hooks see, within 1e-4 of the greatest", arguments: networks)
  func hooks(name: String) throws {
    let golden = try #require(try Golden.read("activations", as: [String: [String: Golden.Activation]].self)[name])
    let subject = try Subject(name)
    for (layer, expected) in golden {
      let plan = try subject.memory.plan(.init(output: layer))
      #expect(plan.outputShape == expected.shape, "\(layer)")
      let values = plan.run([subject.input(0)])[0]
      let sampled = expected.values.indices.map { values[7919 * $0 % values.count] }
      #expect(distance(sampled, expected.values) < 1e-4, "\(name), \(layer)")
    }
  }

  @Test("the strongest channels come first, and no more than an answer holds")
  func strongest() async throws {
    let inspector = Inspector(try Models.inspected(), line: ExplanationLine())
    let answer = try await inspector.activations(Models.photo(), layer: "block1.relu", top: 5)
    #expect(answer.shape == [16, 32, 32])
    #expect(answer.channels.count == 5)
    #expect(zip(answer.channels, answer.channels.dropFirst()).allSatisfy { $0.mean >= $1.mean })
    let all = try await inspector.activations(Models.photo(), layer: "block1.relu", top: 100)
    #expect(Set(all.channels.map(\.index)) == Set(0..<16))
    #expect(Array(all.channels.prefix(5)) == answer.channels)
    let wide = (0..<3).map {
      SpatialMap(height: 1024, width: 1024, values: .init(repeating: Float($0), count: 1 << 20))
    }
    #expect(Activations.strongest(3, of: wide).map(\.index) == [2])
  }

  @Test("filters are the file's, in colour where they look at colours")
  func filters() async throws {
    let package = try Models.package()
    let inspector = Inspector(try Models.inspected(), line: ExplanationLine())
    let first = try await inspector.filters()
    #expect(first.layer == "conv0")
    #expect(first.shape == [16, 3, 3, 3] && first.kind == .color)
    let values = try #require(package.contents.weights["conv0.weight"]).values
    #expect(first.filters.flatMap { $0.values.flatMap(\.values) } == values)
    let some = try await inspector.filters(layer: "conv1", from: 14, count: 5)
    #expect(some.kind == .slices)
    #expect(some.filters.map(\.index) == [14, 15])
    for index in [16, 33] {
      await #expect(throws: InspectionError.unknownFilter(layer: "conv1", index: index, count: 16)) {
        try await inspector.filters(layer: "conv1", from: index)
      }
    }
    await #expect(throws: InspectionError.self) { try await inspector.filters(layer: "relu0") }
    await #expect(throws: InspectionError.self) { try await inspector.filters(layer: "conv") }
  }
}
