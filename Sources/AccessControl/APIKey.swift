import Foundation

/// A key as the server knows it: its digest, never the key itself.
public struct APIKey: Sendable, Hashable {
  /// What logs and limits call it; unique in a file.
  public let name: String
  public let scopes: Set<Scope>
  /// When it stops to be accepted; nil: never.
  public let expires: Date?
  let digest: KeyDigest

  /// - Throws: `APIKeyError` for a name that does not suit a line of a file.
  init(name: String, scopes: Set<Scope>, expires: Date?, digest: KeyDigest) throws(APIKeyError) {
    guard Self.isAcceptable(name) else { throw .unacceptableName(name) }
    guard !scopes.isEmpty else { throw .noScope(name: name) }
    self.name = name
    self.scopes = scopes
    self.expires = expires
    self.digest = digest
  }

  /// Makes a key of 256 random bits.
  ///
  /// - Returns: the key, and the secret that opens it, which is nowhere else.
  public static func generate(
    name: String, scopes: Set<Scope>, expires: Date?
  ) throws(APIKeyError) -> (key: APIKey, secret: String) {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    // Recognisable, so that scanners for leaked secrets can find it; base64url (RFC 4648 section 5) needs no quoting.
    let secret =
      "convserve_"
      + Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    return (try APIKey(name: name, scopes: scopes, expires: expires, digest: KeyDigest(of: secret)), secret)
  }

  public func hasExpired(at moment: Date) -> Bool { expires.map { $0 <= moment } ?? false }

  static func isAcceptable(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        let scalar = Unicode.Scalar(byte)
        return scalar.isASCIILetterOrDigit || "._-@".utf8.contains(byte)
      }
  }
}

extension Unicode.Scalar {
  fileprivate var isASCIILetterOrDigit: Bool {
    ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
  }
}

/// A key that cannot be.
public enum APIKeyError: Error, Hashable, Sendable {
  case unacceptableName(String)
  case noScope(name: String)
  case nameTaken(String)
  case unknownName(String, known: [String])
}

extension APIKeyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unacceptableName(let name):
      "\"\(name.prefix(80))\" cannot be a key's name: use 1 to 64 letters, digits, \".\", \"_\", \"-\" and \"@\""
    case .noScope(let name):
      "the key \(name) allows nothing; scopes are \(Scope.allCases.map(\.rawValue).joined(separator: ", "))"
    case .nameTaken(let name): "there is a key named \(name) already; remove it first, or use another name"
    case .unknownName(let name, let known):
      "no key is named \(name); there " + (known.isEmpty ? "is none" : "are \(known.joined(separator: ", "))")
    }
  }
}
