import HTTPTypes

/// Why a request could not be read: what was seen, which limit it met, what would be accepted.
///
/// Texts taken from the request are excerpts of at most 60 bytes with unprintable bytes escaped.
public enum HTTPParsingError: Error, Sendable, Equatable {
  /// The bytes are the beginning of a TLS handshake, sent to a port that speaks plain HTTP.
  case tlsHandshake
  case requestLineTooLong(limit: Int)
  case malformedRequestLine(seen: String)
  case invalidMethod(seen: String)
  case invalidTarget(RequestTargetError)
  case malformedVersion(seen: String)
  case unsupportedVersion(HTTPVersion)
  case headerTooLarge(limit: Int)
  case tooManyFields(limit: Int)
  /// `line` counts the header lines from 1.
  case malformedField(line: Int, problem: FieldProblem)
  /// `line` counts the trailer lines from 1.
  case malformedTrailer(line: Int, problem: FieldProblem)
  /// A line other than a field's, such as the request line, does not end with CRLF.
  case malformedLineEnd(FieldProblem)
  case missingHost
  case repeatedHost(count: Int)
  case invalidHost(seen: String)
  case bothLengthAndTransferEncoding
  case repeatedContentLength(values: [String])
  case malformedContentLength(seen: String)
  case unsupportedTransferCoding(seen: String)
  /// Transfer-Encoding is there, but does not end with exactly "chunked": the body's end would be a guess.
  case ambiguousTransferEncoding(seen: String)
  case repeatedChunkedCoding
  case transferEncodingInHTTP10
  case unsupportedExpectation(seen: String)
  /// `declared` is the length that the client announced, nil when the body is chunked.
  case bodyTooLarge(limit: Int, declared: Int?)
  case contentLengthTooLarge(seen: String)
  case malformedChunkSize(seen: String)
  case chunkSizeTooLarge(seen: String)
  case chunkExtensionsTooLong(limit: Int)
  case missingChunkEnd(seen: String)
  case trailersTooLarge(limit: Int)
  case unexpectedEnd(during: Phase)

  /// What is wrong with one header or trailer line.
  public enum FieldProblem: Sendable, Equatable {
    case missingColon(seen: String)
    case invalidName(seen: String)
    case blankBeforeColon(name: String)
    case obsoleteFolding
    case forbiddenByte(name: String, byte: UInt8)
    case bareCarriageReturn
    case bareLineFeed
  }

  /// The part of a request that was being read.
  public enum Phase: String, Sendable, Equatable {
    case requestLine = "request line"
    case header
    case body
    case trailers
  }
}

extension HTTPParsingError {
  /// The status that tells the client whose mistake it was; the connection must close after it.
  public var suggestedStatus: HTTPResponse.Status {
    switch self {
    case .requestLineTooLong: .uriTooLong
    case .headerTooLarge, .tooManyFields, .trailersTooLarge: .requestHeaderFieldsTooLarge
    case .bodyTooLarge, .contentLengthTooLarge: .contentTooLarge
    case .unsupportedExpectation: .expectationFailed
    case .unsupportedTransferCoding: .notImplemented
    case .unsupportedVersion: .httpVersionNotSupported
    case .tlsHandshake, .malformedRequestLine, .invalidMethod, .invalidTarget, .malformedVersion, .malformedField,
      .malformedTrailer, .malformedLineEnd, .missingHost, .repeatedHost, .invalidHost, .bothLengthAndTransferEncoding,
      .repeatedContentLength, .malformedContentLength, .repeatedChunkedCoding, .ambiguousTransferEncoding,
      .transferEncodingInHTTP10, .malformedChunkSize, .chunkSizeTooLarge, .chunkExtensionsTooLong, .missingChunkEnd,
      .unexpectedEnd:
      .badRequest
    }
  }
}

extension HTTPParsingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tlsHandshake:
      "This port speaks plain HTTP, but a TLS handshake arrived; use http:// instead of https://."
    case .requestLineTooLong(let limit): "The request line is longer than \(limit) bytes."
    case .malformedRequestLine(let seen):
      "The request line \"\(seen)\" is not of the form \"METHOD target HTTP/1.1\" with single spaces."
    case .invalidMethod(let seen): "The method \"\(seen)\" is not a token of letters, digits and !#$%&'*+-.^_`|~."
    case .invalidTarget(let error): error.description
    case .malformedVersion(let seen): "The version \"\(seen)\" is not of the form HTTP/1.1."
    case .unsupportedVersion(let version): "\(version) is not spoken here; HTTP/1.1 and HTTP/1.0 are."
    case .headerTooLarge(let limit): "The header is larger than \(limit) bytes."
    case .tooManyFields(let limit): "The message has more than \(limit) fields."
    case .malformedField(let line, let problem): "Header line \(line): \(problem)"
    case .malformedTrailer(let line, let problem): "Trailer line \(line): \(problem)"
    case .malformedLineEnd(let problem): "Malformed line: \(problem)"
    case .missingHost: "An HTTP/1.1 request needs a Host field."
    case .repeatedHost(let count): "The Host field occurs \(count) times; it must occur once."
    case .invalidHost(let seen): "The Host field \"\(seen)\" is not a host name with an optional port."
    case .bothLengthAndTransferEncoding:
      "The request has both Content-Length and Transfer-Encoding; only one of them may give the body's length."
    case .repeatedContentLength(let values):
      "Content-Length occurs \(values.count) times (\(values.joined(separator: "; "))); it must occur once."
    case .malformedContentLength(let seen): "Content-Length \"\(seen)\" is not a decimal number."
    case .unsupportedTransferCoding(let seen): "The transfer coding \"\(seen)\" is not supported; \"chunked\" is."
    case .ambiguousTransferEncoding(let seen): "Transfer-Encoding \"\(seen)\" is not \"chunked\"."
    case .repeatedChunkedCoding: "The transfer coding \"chunked\" is given more than once."
    case .transferEncodingInHTTP10: "Transfer-Encoding is not part of HTTP/1.0; use Content-Length."
    case .unsupportedExpectation(let seen): "The expectation \"\(seen)\" is not supported; \"100-continue\" is."
    case .bodyTooLarge(let limit, .some(let declared)):
      "The body of \(declared) bytes is larger than the \(limit) bytes accepted here."
    case .bodyTooLarge(let limit, .none): "The body is larger than the \(limit) bytes accepted here."
    case .contentLengthTooLarge(let seen): "Content-Length \(seen) is larger than any body that can be accepted."
    case .malformedChunkSize(let seen):
      "The chunk header \"\(seen)\" is not a hexadecimal size with an optional ;extension."
    case .chunkSizeTooLarge(let seen): "The chunk size \(seen) is larger than any chunk that can be accepted."
    case .chunkExtensionsTooLong(let limit): "The chunk extensions are longer than \(limit) bytes together."
    case .missingChunkEnd(let seen): "A chunk's data is followed by \"\(seen)\" instead of a line end."
    case .trailersTooLarge(let limit): "The trailer section is larger than \(limit) bytes."
    case .unexpectedEnd(let phase): "The connection ended in the middle of the request's \(phase.rawValue)."
    }
  }
}

extension HTTPParsingError.FieldProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingColon(let seen): "\"\(seen)\" has no colon."
    case .invalidName(let seen): "the field name \"\(seen)\" is not a token."
    case .blankBeforeColon(let name): "there is white space between the field name \"\(name)\" and its colon."
    case .obsoleteFolding: "a line that begins with white space continues a field; this form is obsolete."
    case .forbiddenByte(let name, let byte): "the value of \(name) holds the byte \(ASCII.escaped(byte))."
    case .bareCarriageReturn: "a carriage return is not followed by a line feed."
    case .bareLineFeed: "a line feed is not preceded by a carriage return."
    }
  }
}
