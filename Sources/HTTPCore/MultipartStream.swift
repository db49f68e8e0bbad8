/// Reader of a multipart/form-data body that arrives in pieces, by the rules of `Multipart`, with its limits and errors.
///
/// A piece goes in with `append`, then events are taken with `next` until there are none; after the last piece comes
/// `finish`. So it holds no more than the piece, a boundary and a part's header. A malformed part is told when it comes,
/// where `Multipart` first looks whether the whole body is there.
public struct MultipartStream: Sendable {
  public enum Event: Sendable, Equatable {
    case partBegins(MultipartHeader)
    /// Some of the part's content, never none; it may share the memory of a piece.
    case content(ArraySlice<UInt8>)
    case partEnds
    /// What follows is ignored.
    case formEnds
  }

  private enum State {
    case preamble
    /// Behind a boundary, or behind blanks behind it.
    case delimiter(isBlank: Bool)
    case header(MultipartHeaderLines)
    case content
    case ended
  }

  private let form: Multipart
  private let search: ByteSearch
  private var state = State.preamble
  /// What has arrived and not been told; before the body, the line end that a boundary at its start lacks.
  private var bytes: ArraySlice<UInt8> = [ASCII.carriageReturn, ASCII.lineFeed]
  private var hasFinished = false
  /// Of the parts that have begun.
  private var partCount = 0

  public init(_ form: Multipart) {
    self.form = form
    search = form.delimiterSearch
  }

  /// Takes in the next piece of the body.
  public mutating func append(_ piece: ArraySlice<UInt8>) {
    if case .ended = state { return }
    if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
  }

  /// Says that the body has no more pieces.
  public mutating func finish() { hasFinished = true }

  /// The next event; nothing if another piece is needed first, or after the form's end.
  ///
  /// - Throws: `MultipartError`; there are no events after it.
  public mutating func next() throws(MultipartError) -> Event? {
    while true {
      switch try step() {
      case .event(let event): return event
      case .goOn: continue
      case .wait: return nil
      }
    }
  }

  private enum Step {
    case event(Event), goOn, wait
  }

  private mutating func step() throws(MultipartError) -> Step {
    switch state {
    case .preamble: try skipPreamble()
    case .delimiter(let isBlank): try readDelimiter(isBlank: isBlank)
    case .header(let lines): try readHeader(lines)
    case .content: try readContent()
    case .ended: .wait
    }
  }

  private mutating func skipPreamble() throws(MultipartError) -> Step {
    guard let found = search.firstIndex(in: bytes) else {
      if hasFinished { throw .noOpeningDelimiter(boundary: form.boundary) }
      bytes = bytes.suffix(search.needle.count - 1)
      return .wait
    }
    return passDelimiter(at: found)
  }

  private mutating func passDelimiter(at index: Int) -> Step {
    bytes = bytes[(index + search.needle.count)...]
    state = .delimiter(isBlank: false)
    return .goOn
  }

  /// Behind the form's last boundary stand two hyphens, behind all others blanks and a line end.
  private mutating func readDelimiter(isBlank: Bool) throws(MultipartError) -> Step {
    if !isBlank {
      if bytes.starts(with: "--".utf8) { return end() }
      let mayBecome = bytes.count < 2 && bytes.allSatisfy { $0 == ASCII.hyphen }
      if mayBecome && !hasFinished { return .wait }
    }
    guard partCount < form.limits.partCount else { throw .tooManyParts(limit: form.limits.partCount) }
    let rest = bytes.drop(while: ASCII.isBlank)
    guard rest.count >= 2 else {
      if hasFinished { throw .noClosingDelimiter(boundary: form.boundary) }
      state = .delimiter(isBlank: isBlank || rest.count < bytes.count)
      bytes = rest
      return .wait
    }
    guard rest.starts(with: "\r\n".utf8) else { throw .malformedDelimiter(part: partCount + 1) }
    bytes = rest.dropFirst(2)
    partCount += 1
    state = .header(MultipartHeaderLines(part: partCount, limit: form.limits.headerBytes))
    return .goOn
  }

  private mutating func end() -> Step {
    state = .ended
    bytes = []
    return .event(.formEnds)
  }

  private mutating func readHeader(_ lines: MultipartHeaderLines) throws(MultipartError) -> Step {
    let part = try knownPart()
    var (lines, rest) = (lines, part.bytes)
    let hasEnded = try lines.take(from: &rest, isComplete: part.isComplete)
    bytes = bytes[rest.startIndex...]
    guard hasEnded else {
      state = .header(lines)
      return .wait
    }
    state = .content
    return .event(.partBegins(try MultipartHeader(lines.fields, part: partCount)))
  }

  private mutating func readContent() throws(MultipartError) -> Step {
    let part = try knownPart()
    if !part.bytes.isEmpty {
      bytes = bytes[part.bytes.endIndex...]
      return .event(.content(part.bytes))
    }
    guard part.isComplete else { return .wait }
    _ = passDelimiter(at: bytes.startIndex)
    return .event(.partEnds)
  }

  /// The bytes that belong to the part whatever is still to come, and whether the boundary stands behind them.
  private func knownPart() throws(MultipartError) -> (bytes: ArraySlice<UInt8>, isComplete: Bool) {
    if let end = search.firstIndex(in: bytes) { return (bytes[..<end], true) }
    if hasFinished { throw .noClosingDelimiter(boundary: form.boundary) }
    // The boundary may have begun.
    return (bytes.dropLast(search.needle.count - 1), false)
  }
}
