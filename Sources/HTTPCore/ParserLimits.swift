/// How much of a request the parser takes in before it gives up; every limit is in bytes unless it says otherwise.
public struct ParserLimits: Sendable, Equatable {
  /// Length of the request line without CRLF; RFC 9112 section 3 recommends at least 8,000. Beyond it: 414.
  public var requestLineBytes: Int
  /// Length of all header lines together with their CRLFs. Beyond it: 431.
  public var headerBytes: Int
  /// Number of header fields, and of trailer fields. Beyond it: 431.
  public var fieldCount: Int
  /// Length of the body after the transfer coding is taken off, and once more after the content coding. Beyond it: 413.
  public var bodyBytes: Int
  /// Length of all chunk extensions of one body together: they carry nothing here. Beyond it: 400.
  public var chunkExtensionBytes: Int
  /// Length of all trailer lines together with their CRLFs. Beyond it: 431.
  public var trailerBytes: Int
  /// How many times its size a compressed body may expand to; base64 of random bytes expands 1.3 times, JSON 5 to 20
  /// times, a made bomb 1,000 times. Beyond it: 413.
  public var expansionRatio: Int

  public init(
    requestLineBytes: Int = 8 << 10,
    headerBytes: Int = 32 << 10,
    fieldCount: Int = 100,
    bodyBytes: Int = 1 << 20,
    chunkExtensionBytes: Int = 4 << 10,
    trailerBytes: Int = 8 << 10,
    expansionRatio: Int = 100
  ) {
    self.requestLineBytes = requestLineBytes
    self.headerBytes = headerBytes
    self.fieldCount = fieldCount
    self.bodyBytes = bodyBytes
    self.chunkExtensionBytes = chunkExtensionBytes
    self.trailerBytes = trailerBytes
    self.expansionRatio = expansionRatio
  }

  /// Empty lines that may precede a request: RFC 9112 section 2.2 asks for at least one.
  static let leadingEmptyLines = 4
  /// Digits of a chunk size: 16 hexadecimal digits hold every 64-bit number.
  static let chunkSizeDigits = 16
}
