import COpenSSL

/// SHA-256 (FIPS 180-4) of a key.
///
/// One round of a fast hash is right here, where it would be wrong for passwords: a key has 256 random bits, so that
/// nobody finds it by trying, however fast, and a slow hash would only slow the server.
struct KeyDigest: Sendable, Hashable {
  static let byteCount = 32
  let bytes: [UInt8]

  init(of secret: String) {
    var digest = [UInt8](repeating: 0, count: Self.byteCount)
    let text = Array(secret.utf8)
    precondition(
      EVP_Digest(text, text.count, &digest, nil, EVP_sha256(), nil) == 1, "OpenSSL has no SHA-256")
    bytes = digest
  }

  /// The digest written in lower-case hexadecimal; nil for any other text.
  init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap(Self.digit)
    guard text.utf8.count == 2 * Self.byteCount, digits.count == 2 * Self.byteCount else { return nil }
    bytes = (0..<Self.byteCount).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  var hexadecimal: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether both are the same, in a time that does not depend on where they differ.
  func matches(_ other: KeyDigest) -> Bool { CRYPTO_memcmp(bytes, other.bytes, Self.byteCount) == 0 }
}
