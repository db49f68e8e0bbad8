import Architectures
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport

@testable import Explanations

/// A network in memory, with seeded weights where none are given.
struct Subject {
  let network: Network
  let layers: MapLayers
  let memory: NetworkMemory
  let labels: [ClassLabel]

  init(_ architecture: String) throws {
    let network = try Architecture.named(architecture).network()
    try self.init(network, SeededWeights.make(for: network))
  }

  init(_ network: Network, _ weights: Weights) throws {
    self.network = network
    layers = try MapLayers(network)
    memory = try NetworkMemory(network, limit: .max, pool: WorkerPool(threadCount: 2)) { weights }
    labels = (0..<layers.shapes.output.channels).map { ClassLabel(name: "class \($0)") }
  }

  func input(_ number: Int) -> [Float] {
    SeededWeights.input("input \(number)", count: network.inputShape.elementsPerSample)
  }

  /// Grad-CAM by gradients, of the class or the best one.
  func gradCAM(_ input: [Float], layer: String, index: Int? = nil) throws -> (ExplainedClass, SpatialMap) {
    let size = layers.shape(try layers.index(of: layer)).spatial
    let evidence = try Evidence(memory, layer: layer, positions: size.area, input, index, labels)
    return (
      evidence.explained,
      GradCAM.map(values: evidence.values, weights: evidence.weights, height: size.height, width: size.width)
    )
  }
}

/// The committed models.
enum Models {
  static let resnet8 = "resnet8-cifar10"

  static func package(_ name: String = resnet8) throws -> ModelPackage {
    try ModelRepository(path: Checkout.models.path).package(named: name)
  }

  static func inspected(_ name: String = resnet8) throws -> InspectedModel {
    InspectedModel(
      try package(name), configuration: ServingConfiguration(), decodePool: DecodePool(threadCount: 1))
  }

  static func photo(_ path: String = "images/photo.jpg") throws -> EncodedImage {
    let file = Checkout.root.appendingPathComponent("Tests/Goldens/\(path)")
    return EncodedImage(name: file.lastPathComponent, bytes: [UInt8](try Data(contentsOf: file)))
  }
}

/// How far values are apart, relative to the greatest expected.
func distance(_ actual: [Float], _ expected: [Float]) -> Float {
  guard actual.count == expected.count else { return .infinity }
  let scale = expected.map(\.magnitude).max() ?? 0
  let worst = zip(actual, expected).map { ($0 - $1).magnitude }.max() ?? 0
  return scale > 0 ? worst / scale : worst
}
