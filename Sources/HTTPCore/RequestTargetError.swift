/// Why a request target (RFC 9112 section 3.2) could not be read.
public enum RequestTargetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A byte that a target cannot hold: a control, a space, `#`, or beyond ASCII.
  case forbiddenByte(UInt8)
  case malformedEscape(seen: String)
  case notUTF8(seen: String)
  /// An escaped `/`, `\` or NUL in the path: whoever joins the segment to a file name would leave the folder.
  case escapedSeparator(seen: String)
  /// The target has none of the four forms, or one that does not suit the method.
  case unknownForm(seen: String)
  /// CONNECT needs a host and a port.
  case notAnAuthority(seen: String)

  public var description: String {
    switch self {
    case .forbiddenByte(let byte): "The request target holds the byte \(ASCII.escaped(byte)); percent-encode it."
    case .malformedEscape(let seen): "\"\(seen)\" in the request target is not a percent sign with two hex digits."
    case .notUTF8(let seen): "\"\(seen)\" in the request target does not decode to UTF-8."
    case .escapedSeparator(let seen): "The path segment \"\(seen)\" holds an escaped slash, backslash or NUL."
    case .unknownForm(let seen): "The request target \"\(seen)\" is neither a path nor an http:// address."
    case .notAnAuthority(let seen): "The target \"\(seen)\" of CONNECT is not a host with a port."
    }
  }
}
