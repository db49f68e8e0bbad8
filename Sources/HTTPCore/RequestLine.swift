import HTTPTypes

/// `method SP request-target SP HTTP-version` (RFC 9112 section 3).
struct RequestLine: Sendable, Equatable {
  var method: HTTPRequest.Method
  var target: RequestTarget
  var version: HTTPVersion

  /// Reads the line without its CRLF; exactly one space separates the three parts.
  init(_ line: ArraySlice<UInt8>) throws(HTTPParsingError) {
    let parts = line.split(separator: ASCII.space, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
      throw .malformedRequestLine(seen: ASCII.excerpt(line))
    }
    guard let method = HTTPRequest.Method(String(decoding: parts[0], as: UTF8.self)) else {
      throw .invalidMethod(seen: ASCII.excerpt(parts[0]))
    }
    self.method = method
    version = try Self.version(parts[2])
    do {
      target = try RequestTarget(parts[1], method: method)
    } catch {
      throw .invalidTarget(error)
    }
  }

  /// `HTTP/` DIGIT `.` DIGIT, case-sensitive (RFC 9112 section 2.3); a later 1.x is served as 1.1.
  private static func version(_ bytes: ArraySlice<UInt8>) throws(HTTPParsingError) -> HTTPVersion {
    let tail = Array(bytes.dropFirst(5))
    guard bytes.starts(with: "HTTP/".utf8), tail.count == 3, tail[1] == UInt8(ascii: "."),
      ASCII.isDigit(tail[0]), ASCII.isDigit(tail[2])
    else { throw .malformedVersion(seen: ASCII.excerpt(bytes)) }
    let version = HTTPVersion(major: Int(tail[0] - 0x30), minor: Int(tail[2] - 0x30))
    guard version.major == 1 else { throw .unsupportedVersion(version) }
    return min(version, .http11)
  }
}
