import HTTPTypes

/// Which pages of other origins may use the server from a browser (WHATWG Fetch, section 3.2 "CORS protocol").
///
/// Credentials are never allowed: the server has no cookies, and pages send keys themselves.
public struct CORSPolicy: Sendable, Equatable {
  /// The origins that are allowed; nil means every one.
  private let origins: Set<String>?

  /// Seconds for which a browser may keep the answer to a preflight.
  private static let maximumAge = 600

  /// Takes origins such as `https://example.org` or `http://localhost:3000`; `*` stands for every one.
  public init(origins: [String]) throws(CORSPolicyError) {
    for origin in origins where origin != "*" && !Self.isOrigin(origin) { throw .malformedOrigin(seen: origin) }
    self.origins = origins.contains("*") ? nil : Set(origins)
  }

  /// Scheme, host and perhaps a port, in lower case and without a path: as browsers write Origin.
  private static func isOrigin(_ text: String) -> Bool {
    guard let separator = text.firstRange(of: "://"), text == ASCII.lowercased(text) else { return false }
    let scheme = text[..<separator.lowerBound]
    return !scheme.isEmpty && scheme.utf8.allSatisfy(ASCII.isTokenCharacter)
      && RequestTarget.isAuthority(String(text[separator.upperBound...]))
  }

  /// What every answer carries, errors included, so that the page can read them.
  ///
  /// Where the answer depends on the origin, caches are told so, also when the request names none.
  public func answerFields(for request: HTTPRequest?) -> HTTPFields {
    var fields = HTTPFields()
    if origins != nil { fields[.vary] = "Origin" }
    guard let origin = request.flatMap(allowedOrigin) else { return fields }
    fields[.accessControlAllowOrigin] = origins == nil ? "*" : origin
    fields[.accessControlExposeHeaders] = "Retry-After, X-Request-Id, RateLimit, RateLimit-Policy"
    return fields
  }

  /// What the answer to OPTIONS carries when it is a preflight of an allowed origin; else nothing.
  ///
  /// - Parameter allowed: the methods that the path has.
  public func preflightFields(for request: HTTPRequest, allowed: [HTTPRequest.Method]) -> HTTPFields {
    guard allowedOrigin(request) != nil, request.headerFields.contains(.accessControlRequestMethod) else { return [:] }
    var fields = HTTPFields()
    fields[.accessControlAllowMethods] = allowed.map(\.rawValue).joined(separator: ", ")
    fields[.accessControlMaxAge] = String(Self.maximumAge)
    // Fields that a handler does not know do no harm, so what is asked for is granted.
    let wanted = request.headerFields.elements(of: .accessControlRequestHeaders)
    if !wanted.isEmpty { fields[.accessControlAllowHeaders] = wanted.joined(separator: ", ") }
    return fields
  }

  private func allowedOrigin(_ request: HTTPRequest) -> String? {
    guard let origin = request.headerFields[.origin] else { return nil }
    return origins?.contains(origin) ?? true ? origin : nil
  }
}

/// Why a list of origins could not be taken.
public enum CORSPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  case malformedOrigin(seen: String)

  public var description: String {
    switch self {
    case .malformedOrigin(let seen):
      "\"\(seen)\" is not an origin such as https://example.org or http://localhost:3000, in lower case, without a path"
    }
  }
}
