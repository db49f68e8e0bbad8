import HTTPTypes

/// A request's line and header, read and checked, with what they imply for the connection.
public struct RequestHead: Sendable, Equatable {
  /// Method, scheme, authority (from Host, or from an absolute target) and the target's path and query as received.
  ///
  /// The fields keep their order and their repetitions; Host lives in `request.authority`.
  public var request: HTTPRequest
  /// The target, split and decoded.
  public var target: RequestTarget
  public var version: HTTPVersion
  /// How the length of the body is known (RFC 9112 section 6.3).
  public var framing: BodyFraming
  /// Whether the client is willing to send another request on this connection (RFC 9112 section 9.3).
  public var keepsAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
  public var expectsContinue: Bool
}

extension RequestHead {
  static let hostName = HTTPField.Name("Host")!

  /// Checks what concerns the header as a whole and draws the conclusions.
  init(line: RequestLine, fields: HTTPFields) throws(HTTPParsingError) {
    let host = try Self.host(in: fields, version: line.version)
    framing = try BodyFraming(fields: fields, version: line.version)
    expectsContinue = try Self.expectsContinue(fields, version: line.version) && framing.hasBody
    keepsAlive = Self.keepsAlive(fields, version: line.version)
    version = line.version
    target = line.target
    var kept = fields
    kept[Self.hostName] = nil
    request = HTTPRequest(
      method: line.method, scheme: "http", authority: line.target.authority ?? host, path: line.target.received,
      headerFields: kept)
  }

  /// RFC 9112 section 3.2: exactly one Host in HTTP/1.1, at most one in HTTP/1.0.
  private static func host(in fields: HTTPFields, version: HTTPVersion) throws(HTTPParsingError) -> String? {
    let hosts = fields[values: hostName]
    if hosts.count > 1 { throw .repeatedHost(count: hosts.count) }
    guard let host = hosts.first else {
      if version >= .http11 { throw .missingHost }
      return nil
    }
    guard RequestTarget.isAuthority(host) || host.isEmpty else { throw .invalidHost(seen: ASCII.excerpt(host.utf8)) }
    return host
  }

  /// RFC 9112 section 9.3: "close" wins, HTTP/1.1 persists by default, HTTP/1.0 only if asked to.
  private static func keepsAlive(_ fields: HTTPFields, version: HTTPVersion) -> Bool {
    let options = fields.elements(of: .connection)
    if options.contains("close") { return false }
    return version >= .http11 || options.contains("keep-alive")
  }

  /// RFC 9110 section 10.1.1: an HTTP/1.0 client's expectation is ignored, an unknown one is a 417.
  private static func expectsContinue(
    _ fields: HTTPFields, version: HTTPVersion
  ) throws(HTTPParsingError) -> Bool {
    guard version >= .http11 else { return false }
    let expectations = fields.elements(of: .expect)
    if let unknown = expectations.first(where: { $0 != "100-continue" }) {
      throw .unsupportedExpectation(seen: ASCII.excerpt(unknown.utf8))
    }
    return !expectations.isEmpty
  }
}

extension HTTPFields {
  /// The elements of a field's comma-separated list in lower case, over all its lines (RFC 9110 section 5.6.1).
  package func elements(of name: HTTPField.Name) -> [String] {
    guard contains(name) else { return [] }
    return self[values: name].flatMap { value in
      Array(value.utf8).split(separator: UInt8(ascii: ",")).compactMap { element in
        let trimmed = ASCII.trimmingBlanks(element)
        return trimmed.isEmpty ? nil : ASCII.lowercased(String(decoding: trimmed, as: UTF8.self))
      }
    }
  }
}
