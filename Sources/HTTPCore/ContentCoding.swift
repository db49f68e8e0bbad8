import HTTPTypes

/// A content coding that is spoken here (RFC 9110 section 8.4.1).
public enum ContentCoding: String, Sendable, CaseIterable {
  case gzip
  /// zlib's format around deflate (RFC 1950), not deflate alone.
  case deflate
  /// No coding.
  case identity

  /// The value of Accept-Encoding with which a server says what bodies it expands (RFC 9110 section 12.5.3).
  public static let acceptedInRequests = "gzip, deflate"

  /// `x-gzip` is an old name of gzip; case does not matter.
  init?(name: String) {
    let name = ASCII.lowercased(name)
    self.init(rawValue: name == "x-gzip" ? "gzip" : name)
  }

  /// The coding of a request's body, after its Content-Encoding.
  ///
  /// One coding only: a body that was compressed twice has no use but to hide its size.
  public init(ofRequest fields: HTTPFields) throws(ContentCodingError) {
    let names = fields.elements(of: .contentEncoding)
    guard names.count <= 1, let coding = names.first.map(Self.init(name:)) ?? .identity else {
      throw .unsupported(seen: ASCII.excerpt(names.joined(separator: ", ").utf8))
    }
    self = coding
  }
}

/// Why a body's content coding is refused.
public enum ContentCodingError: Error, Sendable, Equatable, CustomStringConvertible {
  case unsupported(seen: String)
  case malformed(ContentCoding)
  /// The body ended before the compressed data did.
  case truncated(ContentCoding)
  case expandedTooLarge(limit: Int)
  /// The body expands to more than `ratio` times its size, as only something made for it does.
  case expandsTooMuch(ratio: Int)
  /// The request's Accept-Encoding allows no coding at all that the server has, not even none.
  case noneAcceptable

  public var suggestedStatus: HTTPResponse.Status {
    switch self {
    case .unsupported: .unsupportedMediaType
    case .malformed, .truncated: .badRequest
    case .expandedTooLarge, .expandsTooMuch: .contentTooLarge
    case .noneAcceptable: .notAcceptable
    }
  }

  public var description: String {
    switch self {
    case .unsupported(let seen):
      "The content coding \"\(seen)\" is not supported; send the body as it is, or with gzip or deflate."
    case .malformed(let coding): "The body is not \(coding.rawValue) data, as its Content-Encoding says."
    case .truncated(let coding): "The body's \(coding.rawValue) data is cut off."
    case .expandedTooLarge(let limit): "The body expands to more than the \(limit) bytes accepted here."
    case .expandsTooMuch(let ratio): "The body expands to more than \(ratio) times its size."
    case .noneAcceptable: "Accept-Encoding allows none of the answer's codings: gzip, deflate, identity."
    }
  }
}
