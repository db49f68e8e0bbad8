import HTTPTypes

/// The target of a request, split and decoded (RFC 9112 section 3.2).
public struct RequestTarget: Sendable, Equatable {
  /// The four forms of a target.
  public enum Form: Sendable, Equatable {
    /// `/path?query`
    case origin
    /// `http://authority/path?query`
    case absolute
    /// `host:port`, of CONNECT only.
    case authority
    /// `*`, of OPTIONS only.
    case asterisk
  }

  /// One `name=value` of a query; a name without `=` has an empty value.
  public struct QueryItem: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public let form: Form
  /// Path and query as received, percent-encoded: visible ASCII only, so safe in a log.
  public let received: String
  /// Host and port of an absolute or authority target.
  public let authority: String?
  /// The path's segments, decoded; `.` and `..` are resolved and never climb above the root, empty ones are dropped.
  ///
  /// No segment holds a slash, a backslash or NUL.
  public let segments: [String]
  /// The items of the query in their order, decoded, repetitions kept.
  public let queryItems: [QueryItem]

  /// The normalised, decoded path: `/` and the segments.
  public var path: String { "/" + segments.joined(separator: "/") }

  /// The values given for `name` in the query, in order.
  public func values(of name: String) -> [String] {
    queryItems.filter { $0.name == name }.map(\.value)
  }

  /// Reads a target such as `/v1/models?limit=5`.
  public init(_ text: String, method: HTTPRequest.Method = .get) throws(RequestTargetError) {
    try self.init(ArraySlice(text.utf8), method: method)
  }

  init(_ bytes: ArraySlice<UInt8>, method: HTTPRequest.Method) throws(RequestTargetError) {
    if let byte = bytes.first(where: { !ASCII.isVisible($0) || $0 == UInt8(ascii: "#") }) {
      throw .forbiddenByte(byte)
    }
    let parts = try Self.split(bytes, method: method)
    form = parts.form
    authority = parts.authority
    received = String(decoding: parts.pathAndQuery, as: UTF8.self)
    let query = parts.pathAndQuery.firstIndex(of: UInt8(ascii: "?")) ?? parts.pathAndQuery.endIndex
    segments = form == .origin || form == .absolute ? try Self.segments(parts.pathAndQuery[..<query]) : []
    queryItems = try Self.queryItems(parts.pathAndQuery[query...].dropFirst())
  }
}

extension RequestTarget {
  private typealias Parts = (form: Form, authority: String?, pathAndQuery: ArraySlice<UInt8>)

  private static func split(
    _ bytes: ArraySlice<UInt8>, method: HTTPRequest.Method
  ) throws(RequestTargetError) -> Parts {
    if method == .connect {
      let authority = String(decoding: bytes, as: UTF8.self)
      // RFC 9110 section 9.3.6: a CONNECT without a port is refused.
      guard isAuthority(authority), let colon = authority.lastIndex(of: ":"),
        let port = DecimalNumber.whole(authority[colon...].dropFirst()), (1...65_535).contains(port)
      else { throw .notAnAuthority(seen: ASCII.excerpt(bytes)) }
      return (.authority, authority, bytes)
    }
    if bytes.first == UInt8(ascii: "/") { return (.origin, nil, bytes) }
    if bytes.elementsEqual("*".utf8), method == .options { return (.asterisk, nil, bytes) }
    return try absoluteForm(bytes)
  }

  /// RFC 9112 section 3.2.2: a server must accept the absolute form, and its authority overrides Host.
  private static func absoluteForm(_ bytes: ArraySlice<UInt8>) throws(RequestTargetError) -> Parts {
    let schemes = ["http://", "https://"]
    guard
      let scheme = schemes.first(where: {
        ASCII.lowercased(String(decoding: bytes.prefix($0.utf8.count), as: UTF8.self)) == $0
      })
    else { throw .unknownForm(seen: ASCII.excerpt(bytes)) }
    let rest = bytes.dropFirst(scheme.utf8.count)
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    let authority = String(decoding: rest[..<end], as: UTF8.self)
    guard isAuthority(authority) else { throw .unknownForm(seen: ASCII.excerpt(bytes)) }
    let path = rest[end...]
    return (.absolute, authority, path.first == UInt8(ascii: "/") ? path : ArraySlice("/".utf8) + path)
  }

  /// Whether the text can be `host [":" port]` (RFC 3986 sections 3.2.2 and 3.2.3); user information is refused.
  static func isAuthority(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let bracket = bytes.lastIndex(of: UInt8(ascii: "]"))
    let colon = bytes[(bracket ?? 0)...].firstIndex(of: ASCII.colon) ?? bytes.endIndex
    let host = bytes[..<colon]
    let isLiteral = bytes.first == UInt8(ascii: "[") && bracket == colon - 1 && isAddressLiteral(host)
    let isName = !host.isEmpty && host.allSatisfy(isRegisteredNameCharacter) && hasWholeEscapes(host)
    return (isLiteral || isName) && bytes[colon...].dropFirst().allSatisfy(ASCII.isDigit)
  }

  /// `[` IPv6 address `]`, as far as its alphabet goes: whether it is an address matters to nobody here.
  private static func isAddressLiteral(_ host: ArraySlice<UInt8>) -> Bool {
    let address = host.dropFirst().dropLast()
    return !address.isEmpty && address.allSatisfy { ASCII.hexValue($0) != nil || ":.".utf8.contains($0) }
  }

  /// Whether each percent sign has its two digits.
  private static func hasWholeEscapes(_ host: ArraySlice<UInt8>) -> Bool {
    host.split(separator: ASCII.percent, omittingEmptySubsequences: false).dropFirst()
      .allSatisfy { $0.count >= 2 && $0.prefix(2).allSatisfy { ASCII.hexValue($0) != nil } }
  }

  private static func isRegisteredNameCharacter(_ byte: UInt8) -> Bool {
    ASCII.isTokenCharacter(byte) && !"#^`|".utf8.contains(byte) || "();,=".utf8.contains(byte)
  }

  /// Decodes before resolving dots, so that `%2e%2e` is as harmless as `..` (RFC 3986 section 5.2.4).
  private static func segments(_ path: ArraySlice<UInt8>) throws(RequestTargetError) -> [String] {
    var segments: [String] = []
    for raw in path.split(separator: UInt8(ascii: "/")) {
      let segment = try PercentCoding.decode(raw)
      if segment.utf8.contains(where: { $0 == ASCII.nul || $0 == UInt8(ascii: "/") || $0 == ASCII.backslash }) {
        throw .escapedSeparator(seen: ASCII.excerpt(raw))
      }
      switch segment {
      case ".": continue
      case "..": _ = segments.popLast()
      default: segments.append(segment)
      }
    }
    return segments
  }

  private static func queryItems(_ query: ArraySlice<UInt8>) throws(RequestTargetError) -> [QueryItem] {
    var items: [QueryItem] = []
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let name = try PercentCoding.decode(pair[..<equals], plusIsSpace: true)
      let value = try PercentCoding.decode(pair[equals...].dropFirst(), plusIsSpace: true)
      items.append(QueryItem(name: name, value: value))
    }
    return items
  }
}
