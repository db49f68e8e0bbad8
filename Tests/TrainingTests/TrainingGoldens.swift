import Foundation
import TestSupport
import Testing

/// The reference data of Tests/Goldens/training-data; its generate.py makes them.
enum TrainingGoldens {
  static let remedy: Comment = "If the reference itself should change: Tests/Goldens/training-data/generate.py"

  static func json<Value: Decodable>(_ name: String, as _: Value.Type) throws -> Value {
    let file = Checkout.root.appendingPathComponent("Tests/Goldens/training-data").appendingPathComponent(name)
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: file))
  }
}

/// Bytes that JSON holds in base 64.
struct GoldenBytes: Decodable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let data = Data(base64Encoded: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no base 64")
    }
    bytes = [UInt8](data)
  }

  var floats: [Float] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }
}
