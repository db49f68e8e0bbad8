import Foundation
import NetworkGraph
import WeightFormats

/// Reference files and what PyTorch reads from them; remade by `python3 Tests/Goldens/weights/make_goldens.py`.
enum Goldens {
  struct Expected: Decodable {
    struct File: Decodable {
      let tensors: [String: Tensor]
      let skipped: [String: Skipped]
    }

    struct Tensor: Decodable {
      let shape: [Int]
      /// f32 bit patterns, so that infinities and NaNs can be compared.
      let bits: [Int32]
    }

    struct Skipped: Decodable {
      let shape: [Int]
      let type: String
    }

    let read: [String: File]
    /// A part of the message that refuses each hostile file.
    let refused: [String: String]
  }

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = repository.appendingPathComponent("Tests/Goldens/weights")
  static let resNet8 = repository.appendingPathComponent("models/resnet8-cifar10/1/weights.safetensors").path

  static let expected: Expected = {
    let data = try! Data(contentsOf: folder.appendingPathComponent("expected.json"))
    return try! JSONDecoder().decode(Expected.self, from: data)
  }()

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) -> [UInt8] { [UInt8](try! Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  /// The bombs of the hostile files exceed this many values; a debug build counts to it quickly.
  static var limits: WeightLimits {
    var limits = WeightLimits()
    limits.pickleValues = 1_000_000
    limits.expandedBytes = 500_000_000
    return limits
  }
}

extension WeightTensor {
  var bits: [Int32] { values.map { Int32(bitPattern: $0.bitPattern) } }
}
