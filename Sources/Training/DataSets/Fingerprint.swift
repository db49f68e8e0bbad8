import Foundation
import ModelServing
import NetworkGraph

/// One digest of several texts.
package enum Fingerprint {
  /// The SHA-256 of some texts, in hexadecimal. Each text has its length before it, so that no two lists give the
  /// same bytes.
  package static func digest(_ parts: some Sequence<String>) -> String {
    var bytes: [UInt8] = []
    for part in parts {
      bytes += "\(part.utf8.count):".utf8
      bytes += part.utf8
    }
    return SHA256.hexDigest(of: bytes)
  }

  static func text(_ classes: [ClassLabel]) -> String {
    digest(classes.flatMap { [$0.id ?? "", $0.name] })
  }

  /// Of all tensors: their names, shapes and bytes.
  package static func digest(of weights: Weights) -> String {
    digest(
      weights.sorted { $0.key < $1.key }.flatMap { name, tensor in
        [name, "\(tensor.shape)", tensor.withUnsafeValues { SHA256.hexDigest(of: Data(buffer: $0)) }]
      })
  }
}
