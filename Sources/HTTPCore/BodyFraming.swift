import HTTPTypes

/// How the end of a request's body is known.
public enum BodyFraming: Sendable, Equatable {
  /// There is no body.
  case none
  /// The body has this many bytes, at least one.
  case length(Int)
  /// The body comes in chunks, each with its size.
  case chunked

  public var hasBody: Bool { self != .none }
}

extension BodyFraming {
  /// Decides the framing of a request's body after RFC 9112 section 6.3; steps 1 and 2 there concern responses.
  init(fields: HTTPFields, version: HTTPVersion) throws(HTTPParsingError) {
    let lengths = fields[values: .contentLength]
    let hasTransferEncoding = fields.contains(.transferEncoding)

    // Step 3: both fields at once are an attempt at smuggling, or a broken sender. Refused.
    if hasTransferEncoding && !lengths.isEmpty { throw .bothLengthAndTransferEncoding }

    // Step 4: Transfer-Encoding decides; for a request "chunked" must be last. We know no other coding.
    if hasTransferEncoding {
      try Self.checkTransferEncoding(fields, version: version)
      self = .chunked
      return
    }

    // Step 5: an invalid Content-Length cannot be recovered from. A repeated one, even with equal values, is refused.
    if lengths.count > 1 {
      throw .repeatedContentLength(values: lengths.map { ASCII.excerpt($0.utf8) })
    }

    // Step 6: a valid Content-Length is the body's length.
    if let length = lengths.first {
      let count = try Self.contentLength(length)
      self = count == 0 ? .none : .length(count)
      return
    }

    // Step 7: a request with neither has no body. (Step 8 concerns responses.)
    self = .none
  }

  private static func checkTransferEncoding(
    _ fields: HTTPFields, version: HTTPVersion
  ) throws(HTTPParsingError) {
    // RFC 9112 section 6.1: in HTTP/1.0 the field is a sign of faulty framing.
    if version < .http11 { throw .transferEncodingInHTTP10 }
    let values = fields[values: .transferEncoding]
    let codings = fields.elements(of: .transferEncoding)
    let seen = ASCII.excerpt(values.joined(separator: ", ").utf8)
    if codings.count(where: { $0 == "chunked" }) > 1 { throw .repeatedChunkedCoding }
    // Without a final "chunked" nobody knows where the body ends; a parameter makes it another coding (section 7).
    guard codings.last == "chunked" else { throw .ambiguousTransferEncoding(seen: seen) }
    // Section 6.1: a coding that is not understood is a 501.
    guard codings.count == 1 else { throw .unsupportedTransferCoding(seen: seen) }
    // Empty list elements are legal elsewhere; here they would let two readers see two different codings.
    guard values.count == 1, ASCII.lowercased(values[0]) == "chunked" else {
      throw .ambiguousTransferEncoding(seen: seen)
    }
  }

  /// 1*DIGIT (RFC 9110 section 8.6), without sign, blank or list.
  private static func contentLength(_ value: String) throws(HTTPParsingError) -> Int {
    guard !value.isEmpty, value.utf8.allSatisfy(ASCII.isDigit) else {
      throw .malformedContentLength(seen: ASCII.excerpt(value.utf8))
    }
    guard let count = Int(value) else { throw .contentLengthTooLarge(seen: ASCII.excerpt(value.utf8)) }
    return count
  }
}
