import COpenSSL
import Foundation

/// SHA-256 (FIPS 180-4) by OpenSSL.
package enum SHA256 {
  /// The digest of a file in lower-case hexadecimal, read in pieces.
  package static func hexDigest(of file: URL) throws -> String {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    return hex(try digest { try handle.read(upToCount: 1 << 20) })
  }

  /// The digest of bytes in lower-case hexadecimal.
  package static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
    hex(digest(of: bytes))
  }

  /// The digest of bytes in Base64, as a `Content-Security-Policy` names a style.
  package static func base64Digest(of bytes: some Sequence<UInt8>) -> String {
    Data(digest(of: bytes)).base64EncodedString()
  }

  private static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var rest: Data? = Data(bytes)
    return digest {
      defer { rest = nil }
      return rest
    }
  }

  /// The digest of all pieces until there is none, or an empty one.
  private static func digest(_ next: () throws -> Data?) rethrows -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "OpenSSL has no SHA-256")
    while let piece = try next(), !piece.isEmpty {
      _ = piece.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    EVP_DigestFinal_ex(context, &digest, &length)
    return Array(digest.prefix(Int(length)))
  }

  private static func hex(_ digest: [UInt8]) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
