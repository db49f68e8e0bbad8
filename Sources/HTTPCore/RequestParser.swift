import HTTPTypes

/// Reads HTTP/1.1 requests: bytes go in with `feed`, events come out of `next`. No I/O, no clock.
///
/// The order of the events of one request is `head`, any number of `body`, `end`. Bytes behind a request stay
/// buffered and belong to the next one (pipelining). After an error every call of `next` throws it again: where a
/// request ends is unknown then, so the connection must close.
///
/// ```
/// requestLine -> fields -> bodyStart -> (nothing) ---------------------> end -> requestLine
///                                    -> lengthBody --------------------> end
///                                    -> chunkHeader -> chunkData -> chunkEnd -> chunkHeader
///                                                   -> trailers -------> end
/// ```
public struct RequestParser: Sendable {
  /// What `next` found.
  public enum Event: Sendable, Equatable {
    /// Request line and header; `bodyLimit` may be set now, before `next` is called again.
    case head(RequestHead)
    /// The next piece of the body, without transfer coding; never empty.
    case body(ArraySlice<UInt8>)
    /// The request is complete; the fields are those of the trailer section.
    case end(trailers: HTTPFields)
    /// All bytes fed so far are used up to where nothing more can be said; feed more.
    case needMoreData
    /// The input ended between two requests.
    case connectionClosed
  }

  /// Where in a request the parser stands; see the drawing above.
  private enum State: Sendable {
    case requestLine(emptyLines: Int)
    case fields
    case bodyStart(BodyFraming)
    case lengthBody(remaining: Int)
    case chunkHeader
    case chunkData(remaining: Int)
    case chunkEnd
    case trailers
    case end
    case failed(HTTPParsingError)
  }

  public let limits: ParserLimits
  /// Length of the body accepted for the current request; back to `limits.bodyBytes` at each new request.
  public var bodyLimit: Int

  private var state = State.requestLine(emptyLines: 0)
  private var input = InputBuffer()
  private var line: RequestLine?
  /// Fields of the header, later of the trailer section.
  private var fields = HTTPFields()
  /// Bytes of the lines behind `fields`.
  private var fieldBytes = 0
  private var bodyBytes = 0
  private var extensionBytes = 0

  public init(limits: ParserLimits = ParserLimits()) {
    self.limits = limits
    bodyLimit = limits.bodyBytes
  }

  /// Takes in bytes received; an unused slice is adopted without a copy when nothing else is buffered.
  public mutating func feed(_ bytes: ArraySlice<UInt8>) { input.append(bytes) }

  /// Takes in bytes received.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) { input.append(ArraySlice(bytes)) }

  /// Says that no byte will follow: what is incomplete from here on is an error.
  public mutating func finish() { input.hasEnded = true }

  /// Bytes fed and not yet given out as an event.
  public var bufferedByteCount: Int { input.count }

  /// Whether a request has begun and not ended: a byte of it was seen, and its `end` was not given out.
  public var isInsideRequest: Bool {
    if case .requestLine = state { return !input.isEmpty }
    return true
  }

  /// The next event.
  ///
  /// - Throws: `HTTPParsingError`, the same one again at every later call.
  public mutating func next() throws(HTTPParsingError) -> Event {
    do throws(HTTPParsingError) {
      while true {
        if let event = try step() { return event }
      }
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// One transition; nil when it had nothing to report.
  private mutating func step() throws(HTTPParsingError) -> Event? {
    switch state {
    case .requestLine(let emptyLines): return try readRequestLine(emptyLines)
    case .fields: return try readHeaderField()
    case .bodyStart(let framing): return try startBody(framing)
    case .lengthBody(let remaining): return try readLengthBody(remaining)
    case .chunkHeader: return try readChunkHeader()
    case .chunkData(let remaining): return try readChunkData(remaining)
    case .chunkEnd: return try readChunkEnd()
    case .trailers: return try readTrailer()
    case .end: return endRequest()
    case .failed(let error): throw error
    }
  }
}

// MARK: Request line and header

extension RequestParser {
  private mutating func readRequestLine(_ emptyLines: Int) throws(HTTPParsingError) -> Event? {
    // A TLS record of type handshake; no method begins with a control character.
    if input.first == 0x16 { throw .tlsHandshake }
    let limit = limits.requestLineBytes
    guard let bytes = try takeLine(limit: limit, beyond: .requestLineTooLong(limit: limit)) else {
      return try starved(during: .requestLine)
    }
    if bytes.isEmpty && emptyLines < ParserLimits.leadingEmptyLines {
      state = .requestLine(emptyLines: emptyLines + 1)
      return nil
    }
    line = try RequestLine(bytes)
    state = .fields
    return nil
  }

  private mutating func readHeaderField() throws(HTTPParsingError) -> Event? {
    let limit = limits.headerBytes
    switch try readField(limit: limit, beyond: .headerTooLarge(limit: limit)) {
    case .none: return try starved(during: .header)
    case .some(false): return nil
    case .some(true): return try finishHead()
    }
  }

  private mutating func finishHead() throws(HTTPParsingError) -> Event? {
    guard let line else { preconditionFailure("the header is read after the request line") }
    let head = try RequestHead(line: line, fields: fields)
    resetFields()
    bodyLimit = limits.bodyBytes
    state = .bodyStart(head.framing)
    return .head(head)
  }

  /// Reads one field line into `fields`: nil when there is no whole line yet, true at the empty line.
  private mutating func readField(
    limit: Int, beyond error: HTTPParsingError
  ) throws(HTTPParsingError) -> Bool? {
    // The two bytes of the empty line are not counted against the limit.
    guard let bytes = try takeLine(limit: limit - fieldBytes, beyond: error) else { return nil }
    if bytes.isEmpty { return true }
    fieldBytes += bytes.count + 2
    guard fieldBytes <= limit else { throw error }
    guard fields.count < limits.fieldCount else { throw .tooManyFields(limit: limits.fieldCount) }
    do {
      fields.append(try FieldLine.parse(bytes))
    } catch {
      throw malformedLine(error)
    }
    return false
  }

  private mutating func resetFields() {
    fields = HTTPFields()
    fieldBytes = 0
  }
}

// MARK: Body

extension RequestParser {
  /// Refuses a body that is announced too long before a byte of it is read.
  private mutating func startBody(_ framing: BodyFraming) throws(HTTPParsingError) -> Event? {
    switch framing {
    case .none: state = .end
    case .length(let length):
      guard length <= bodyLimit else { throw .bodyTooLarge(limit: bodyLimit, declared: length) }
      state = .lengthBody(remaining: length)
    case .chunked: state = .chunkHeader
    }
    return nil
  }

  private mutating func readLengthBody(_ remaining: Int) throws(HTTPParsingError) -> Event? {
    guard remaining > 0 else {
      state = .end
      return nil
    }
    let chunk = input.take(atMost: remaining)
    guard !chunk.isEmpty else { return try starved(during: .body) }
    state = .lengthBody(remaining: remaining - chunk.count)
    return .body(chunk)
  }

  private mutating func readChunkHeader() throws(HTTPParsingError) -> Event? {
    let allowance = limits.chunkExtensionBytes - extensionBytes
    let tooLong = HTTPParsingError.chunkExtensionsTooLong(limit: limits.chunkExtensionBytes)
    guard let bytes = try takeLine(limit: ParserLimits.chunkSizeDigits + allowance, beyond: tooLong) else {
      return try starved(during: .body)
    }
    let header = try ChunkHeader(bytes)
    extensionBytes += header.extensionBytes
    guard extensionBytes <= limits.chunkExtensionBytes else { throw tooLong }
    // Written as a subtraction: the sum could overflow with a hostile size.
    guard header.size <= bodyLimit - bodyBytes else { throw .bodyTooLarge(limit: bodyLimit, declared: nil) }
    bodyBytes += header.size
    state = header.size == 0 ? .trailers : .chunkData(remaining: header.size)
    return nil
  }

  private mutating func readChunkData(_ remaining: Int) throws(HTTPParsingError) -> Event? {
    guard remaining > 0 else {
      state = .chunkEnd
      return nil
    }
    let chunk = input.take(atMost: remaining)
    guard !chunk.isEmpty else { return try starved(during: .body) }
    state = .chunkData(remaining: remaining - chunk.count)
    return .body(chunk)
  }

  /// Each chunk's data ends with CRLF, whatever the data holds.
  private mutating func readChunkEnd() throws(HTTPParsingError) -> Event? {
    let expected: [UInt8] = [ASCII.carriageReturn, ASCII.lineFeed]
    let seen = input.peek(atMost: expected.count)
    guard expected.starts(with: seen) else { throw .missingChunkEnd(seen: ASCII.excerpt(seen)) }
    guard seen.count == expected.count else { return try starved(during: .body) }
    _ = input.take(atMost: expected.count)
    state = .chunkHeader
    return nil
  }

  private mutating func readTrailer() throws(HTTPParsingError) -> Event? {
    let limit = limits.trailerBytes
    switch try readField(limit: limit, beyond: .trailersTooLarge(limit: limit)) {
    case .none: return try starved(during: .trailers)
    case .some(false): return nil
    case .some(true):
      state = .end
      return nil
    }
  }

  private mutating func endRequest() -> Event {
    let trailers = fields
    resetFields()
    line = nil
    bodyBytes = 0
    extensionBytes = 0
    bodyLimit = limits.bodyBytes
    state = .requestLine(emptyLines: 0)
    return .end(trailers: trailers)
  }
}

// MARK: Lines

extension RequestParser {
  /// Takes a line off the input, without its CRLF; nil when its end has not arrived yet.
  private mutating func takeLine(
    limit: Int, beyond error: HTTPParsingError
  ) throws(HTTPParsingError) -> ArraySlice<UInt8>? {
    guard let line = input.takeLine() else {
      // A carriage return may wait at the end for its line feed.
      if input.count > limit + 1 { throw error }
      return nil
    }
    // First of all: a line that is too long is refused before its end arrives, so its end must not matter.
    guard line.count <= limit + 1 else { throw error }
    // RFC 9112 section 2.2 permits a lone line feed as a line end; proxies that do not are how requests get smuggled.
    guard line.last == ASCII.carriageReturn else { throw malformedLine(.bareLineFeed) }
    let bytes = line.dropLast()
    if bytes.contains(ASCII.carriageReturn) { throw malformedLine(.bareCarriageReturn) }
    return bytes
  }

  /// Blames the line being read; line 0 is the request line or a chunk header.
  private func malformedLine(_ problem: HTTPParsingError.FieldProblem) -> HTTPParsingError {
    switch state {
    case .fields: .malformedField(line: fields.count + 1, problem: problem)
    case .trailers: .malformedTrailer(line: fields.count + 1, problem: problem)
    default: .malformedLineEnd(problem)
    }
  }

  /// What to say when the input does not reach to the next event.
  private func starved(during phase: HTTPParsingError.Phase) throws(HTTPParsingError) -> Event {
    guard input.hasEnded else { return .needMoreData }
    guard isInsideRequest else { return .connectionClosed }
    throw .unexpectedEnd(during: phase)
  }
}
