/// A media type such as `text/plain; charset=utf-8` (RFC 9110 section 8.3.1).
public struct MediaType: Sendable, Hashable {
  /// In lower case, such as `text`.
  public let type: String
  /// In lower case, such as `plain`.
  public let subtype: String
  private let parameters: ParameterList

  /// Reads the value of a Content-Type field.
  ///
  /// - Throws: `MediaTypeError.malformed` when it breaks the grammar.
  public init(_ text: String) throws(MediaTypeError) {
    let bytes = Array(text.utf8)
    let end = bytes.firstIndex(of: ASCII.semicolon) ?? bytes.endIndex
    let names = ASCII.trimmingBlanks(bytes[..<end]).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isTokenCharacter) }),
      let parameters = ParameterList(bytes[end...].dropFirst())
    else { throw .malformed(seen: ASCII.excerpt(bytes)) }
    type = ASCII.lowercased(String(decoding: names[0], as: UTF8.self))
    subtype = ASCII.lowercased(String(decoding: names[1], as: UTF8.self))
    self.parameters = parameters
  }

  /// A type without parameters, of names that we wrote ourselves.
  private init(type: String, subtype: String, parameters: ParameterList = ParameterList()) {
    self.type = type
    self.subtype = subtype
    self.parameters = parameters
  }

  /// The type without the parameter `name` and those behind it: in Accept, `q` separates two kinds of parameters.
  func withoutParameters(from name: String) -> MediaType {
    var kept = ParameterList()
    kept.items = Array(parameters.items.prefix { $0.name != name })
    return MediaType(type: type, subtype: subtype, parameters: kept)
  }

  /// `type/subtype`, without parameters.
  public var essence: String { type + "/" + subtype }

  /// The value of a parameter, by its name in lower case.
  public func parameter(_ name: String) -> String? { parameters[name] }

  /// Whether content of this type usually shrinks when compressed: text, by its top-level type or by its syntax.
  public var isCompressible: Bool {
    let syntaxes = ["json", "yaml", "xml", "javascript"]
    return type == "text" || syntaxes.contains { subtype == $0 || subtype.hasSuffix("+" + $0) }
  }

  /// Number of parameters.
  var parameterCount: Int { parameters.items.count }

  /// Whether every parameter of `self` has the same value in `other`.
  func parametersAreContained(in other: MediaType) -> Bool {
    parameters.items.allSatisfy { ASCII.lowercased(other.parameters[$0.name] ?? "") == ASCII.lowercased($0.value) }
  }

  public static let plainText = MediaType(type: "text", subtype: "plain")
  public static let markdown = MediaType(type: "text", subtype: "markdown")
  public static let csv = MediaType(type: "text", subtype: "csv")
  public static let html = MediaType(type: "text", subtype: "html")
  public static let svg = MediaType(type: "image", subtype: "svg+xml")
  public static let png = MediaType(type: "image", subtype: "png")
  public static let json = MediaType(type: "application", subtype: "json")
  public static let problemJSON = MediaType(type: "application", subtype: "problem+json")
  public static let octetStream = MediaType(type: "application", subtype: "octet-stream")
  /// Server-sent events.
  public static let eventStream = MediaType(type: "text", subtype: "event-stream")
  public static let multipartFormData = MediaType(type: "multipart", subtype: "form-data")
  /// What programs call zip and tar, compressed or not; browsers and tools agree on no one name.
  public static let archives = [
    "zip", "x-zip-compressed", "x-tar", "x-gtar", "gzip", "x-gzip", "x-bzip2", "x-xz", "zstd", "octet-stream",
  ].map { MediaType(type: "application", subtype: $0) }
}

extension MediaType: CustomStringConvertible {
  public var description: String {
    parameters.items.reduce(into: essence) { text, parameter in
      let isToken = !parameter.value.isEmpty && parameter.value.utf8.allSatisfy(ASCII.isTokenCharacter)
      text += "; \(parameter.name)=" + (isToken ? parameter.value : Self.quoted(parameter.value))
    }
  }

  private static func quoted(_ value: String) -> String {
    "\"" + value.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }
}

/// Why a media type could not be read.
public enum MediaTypeError: Error, Sendable, Equatable, CustomStringConvertible {
  case malformed(seen: String)

  public var description: String {
    switch self {
    case .malformed(let seen): "\"\(seen)\" is not a media type such as image/jpeg or text/plain; charset=utf-8."
    }
  }
}
