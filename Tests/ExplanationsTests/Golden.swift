import Foundation
import TestSupport

/// What captum and PyTorch say; `Tests/Goldens/explanations/generate.py` writes it.
enum Golden {
  struct GradCAM: Decodable, Sendable {
    struct Picture: Decodable, Sendable {
      let `class`: Int
      /// One a layer.
      let maps: [[Float]]
    }

    let layers: [String]
    let images: [Picture]
  }

  struct Occlusion: Decodable, Sendable {
    struct Picture: Decodable, Sendable {
      let `class`: Int
      let map: [Float]
    }

    let patch: Int
    let stride: Int
    let images: [Picture]
  }

  struct Activation: Decodable, Sendable {
    let shape: [Int]
    let values: [Float]
  }

  /// `[layer, row, column, top, left, bottom, right]`
  struct Unit: Decodable, Sendable {
    let layer: String
    let row: Int
    let column: Int
    let seen: [Int]

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      layer = try container.decode(String.self)
      row = try container.decode(Int.self)
      column = try container.decode(Int.self)
      seen = try (0..<4).map { _ in try container.decode(Int.self) }
    }
  }

  static func read<Value: Decodable>(_ name: String, as type: [String: Value].Type) throws -> [String: Value] {
    let file = Checkout.root.appendingPathComponent("Tests/Goldens/explanations/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}
