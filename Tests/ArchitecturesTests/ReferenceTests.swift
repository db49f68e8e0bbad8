import Architectures
import Foundation
import NetworkGraph
import Testing

/// What PyTorch says of a network; `Tests/Goldens/architectures/generate.py` wrote it.
struct Reference: Decodable, Sendable {
  let input: [Int]
  let parameters: Int
  let macs: Int
  /// `name CxHxW`, in order of execution.
  let layers: [String]

  static let all: [String: Reference] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/architectures/shapes.json")
    return try! JSONDecoder().decode([String: Reference].self, from: Data(contentsOf: file))
  }()

  static let remake: Comment = "python3 Tests/Goldens/architectures/generate.py writes the references anew"
}

@Suite("Architectures against PyTorch")
struct ReferenceTests {
  @Test("every architecture has a reference, and every reference an architecture")
  func complete() {
    #expect(Set(Architecture.all.map(\.name)) == Set(Reference.all.keys), Reference.remake)
  }

  @Test("learned parameters are as many as PyTorch counts", arguments: Architecture.all.map(\.name))
  func parameters(name: String) throws {
    let declared = try Architecture.named(name).network().parameters()
    let learned = declared.filter { $0.role.kind != .statistic }.reduce(0) { $0 + $1.count }
    #expect(learned == Reference.all[name]?.parameters, Reference.remake)
  }

  @Test("multiply-accumulates are as many as PyTorch's hooks count", arguments: Architecture.all.map(\.name))
  func multiplyAccumulates(name: String) throws {
    let network = try Architecture.named(name).network()
    let shapes = try network.inferShapes()
    let total = zip(network.nodes, shapes.layers).reduce(0) { sum, layer in
      sum + layer.0.operator.definition.multiplyAccumulates(inputs: layer.1.inputs, output: layer.1.output)
    }
    #expect(total == Reference.all[name]?.macs, Reference.remake)
  }

  @Test("every PyTorch module is a layer of the same name and output shape", arguments: Architecture.all.map(\.name))
  func layers(name: String) throws {
    let reference = try #require(Reference.all[name])
    let network = try Architecture.named(name).network()
    #expect(network.inputShape.dimensions == reference.input)
    let shapes = try network.inferShapes()
    let ours = Dictionary(
      uniqueKeysWithValues: zip(network.nodes, shapes.layers).map { ($0.name, "\($0.name) \($1.output)") })
    for layer in reference.layers {
      let module = String(layer.prefix { $0 != " " })
      #expect(ours[module] == layer, Reference.remake)
    }
  }

  @Test("nothing but functional operators exists beside PyTorch's modules", arguments: Architecture.all.map(\.name))
  func surplus(name: String) throws {
    let modules = Set(try #require(Reference.all[name]).layers.map { String($0.prefix { $0 != " " }) })
    let surplus = try Architecture.named(name).network().nodes.filter { !modules.contains($0.name) }
    let functional = [
      "add", "concatenate", "relu", "relu6", "flatten", "channel_padding", "max_pooling",
    ]
    #expect(surplus.allSatisfy { functional.contains($0.operator.name) })
  }
}
