import ModelServing

/// One digest of several texts.
enum Fingerprint {
  /// Each part with its length before it, so that no two lists give the same bytes.
  static func digest(_ parts: some Sequence<String>) -> String {
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
}
