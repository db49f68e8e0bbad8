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

  /// `GFLOPS` in torchvision's documentation of the weights, which counts multiply-accumulates as these papers do.
  @Test(
    "multiply-accumulates are the published ones to two decimals",
    arguments: [
      ("resnet50", 4.09), ("inception_v3", 5.71), ("wide_resnet50_2", 11.40), ("densenet121", 2.83),
      ("resnext50_32x4d", 4.23), ("mobilenet_v2", 0.30), ("shufflenet_v2_x1_0", 0.14), ("mnasnet1_0", 0.31),
      ("mobilenet_v3_small", 0.06), ("mobilenet_v3_large", 0.22), ("efficientnet_b0", 0.39), ("regnet_y_400mf", 0.40),
    ])
  func published(name: String, billions: Double) throws {
    let macs = try #require(Reference.all[name]).macs
    #expect((Double(macs) / 1e7).rounded() / 100 == billions)
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
      "add", "concatenate", "relu", "relu6", "flatten", "channel_padding", "max_pooling", "average_pooling",
      "global_average_pooling", "multiply", "channel_slice", "channel_shuffle",
    ]
    #expect(surplus.allSatisfy { functional.contains($0.operator.name) })
  }
}
