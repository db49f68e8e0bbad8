import HTTPTypes

/// One part of a multipart/form-data body.
public struct MultipartPart: Sendable, Equatable {
  /// The form field's name.
  public var name: String
  /// The file's name as the client gave it: a label, never a path to write to.
  public var filename: String?
  public var contentType: MediaType?
  public var fields: HTTPFields
  /// The content; it shares the memory of the whole body.
  public var body: ArraySlice<UInt8>
}

/// Reader of multipart/form-data (RFC 7578, RFC 2046 section 5.1) over a body in memory.
public struct Multipart: Sendable {
  /// Bounds on what one body may hold.
  public struct Limits: Sendable, Equatable {
    public var partCount: Int
    /// Bytes of one part's header.
    public var headerBytes: Int

    public init(partCount: Int = 128, headerBytes: Int = 8 << 10) {
      self.partCount = partCount
      self.headerBytes = headerBytes
    }
  }

  /// Fields in one part's header; forms use two.
  private static let fieldCount = 32

  public let boundary: String
  public let limits: Limits

  /// Takes the boundary out of the value of Content-Type.
  public init(contentType: MediaType, limits: Limits = Limits()) throws(MultipartError) {
    guard contentType.essence == MediaType.multipartFormData.essence else {
      throw .notFormData(seen: contentType.essence)
    }
    guard let boundary = contentType.parameter("boundary") else { throw .missingBoundary }
    guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy(Self.isBoundaryCharacter),
      boundary.utf8.last != ASCII.space
    else { throw .invalidBoundary(seen: ASCII.excerpt(boundary.utf8)) }
    self.boundary = boundary
    self.limits = limits
  }

  /// bchars of RFC 2046 section 5.1.1, and the few more that tokens allow and clients use.
  private static func isBoundaryCharacter(_ byte: UInt8) -> Bool {
    ASCII.isTokenCharacter(byte) || "(),/:=? ".utf8.contains(byte)
  }

  /// The parts in their order; their bodies are slices of `body`. Text before and behind the parts is ignored.
  public func parts(of body: ArraySlice<UInt8>) throws(MultipartError) -> [MultipartPart] {
    let search = ByteSearch(for: Array("\r\n--\(boundary)".utf8))
    var parts: [MultipartPart] = []
    var position = try openingDelimiterEnd(of: body, search: search)
    while !body[position...].starts(with: "--".utf8) {
      guard parts.count < limits.partCount else { throw .tooManyParts(limit: limits.partCount) }
      let start = try lineEnd(of: body, behind: position, part: parts.count + 1)
      // The line end before the boundary belongs to the boundary; the one behind it may serve an empty header.
      guard let end = search.firstIndex(in: body[start...]) else { throw .noClosingDelimiter(boundary: boundary) }
      parts.append(try part(body[start..<end], number: parts.count + 1))
      position = end + search.needle.count
    }
    return parts
  }

  /// The index behind the first `--boundary`, which stands at the start or behind a line end.
  private func openingDelimiterEnd(
    of body: ArraySlice<UInt8>, search: ByteSearch
  ) throws(MultipartError) -> Int {
    let atStart = search.needle.dropFirst(2)
    if body.starts(with: atStart) { return body.startIndex + atStart.count }
    guard let found = search.firstIndex(in: body) else { throw .noOpeningDelimiter(boundary: boundary) }
    return found + search.needle.count
  }

  /// The index behind the delimiter's line end; blanks before it are allowed (RFC 2046 section 5.1.1).
  private func lineEnd(of body: ArraySlice<UInt8>, behind position: Int, part: Int) throws(MultipartError) -> Int {
    let rest = body[position...].drop(while: ASCII.isBlank)
    if rest.starts(with: "\r\n".utf8) { return rest.startIndex + 2 }
    if rest.count < 2 { throw .noClosingDelimiter(boundary: boundary) }
    throw .malformedDelimiter(part: part)
  }

  private func part(_ bytes: ArraySlice<UInt8>, number: Int) throws(MultipartError) -> MultipartPart {
    var rest = bytes
    let fields = try takeFields(from: &rest, part: number)
    let disposition = try disposition(in: fields, part: number)
    guard let name = disposition["name"].map(Self.unescapingQuotes) else { throw .missingName(part: number) }
    return MultipartPart(
      name: name, filename: Self.filename(in: disposition), contentType: try contentType(in: fields, part: number),
      fields: fields, body: rest)
  }

  private func takeFields(from rest: inout ArraySlice<UInt8>, part: Int) throws(MultipartError) -> HTTPFields {
    var fields = HTTPFields()
    var allowance = limits.headerBytes
    while true {
      guard let end = rest.prefix(allowance + 2).firstIndex(of: ASCII.lineFeed),
        rest[..<end].last == ASCII.carriageReturn
      else {
        if rest.count > allowance { throw .headerTooLarge(part: part, limit: limits.headerBytes) }
        throw .unfinishedHeader(part: part)
      }
      let line = rest[..<end].dropLast()
      rest = rest[(end + 1)...]
      if line.isEmpty { return fields }
      allowance -= line.count + 2
      guard fields.count < Self.fieldCount else { throw .headerTooLarge(part: part, limit: limits.headerBytes) }
      do {
        fields.append(try FieldLine.parse(line))
      } catch {
        throw .malformedField(part: part, problem: error)
      }
    }
  }

  private func disposition(in fields: HTTPFields, part: Int) throws(MultipartError) -> ParameterList {
    guard let value = fields[.contentDisposition] else { throw .missingDisposition(part: part) }
    let bytes = Array(value.utf8)
    let end = bytes.firstIndex(of: ASCII.semicolon) ?? bytes.endIndex
    let kind = ASCII.lowercased(String(decoding: ASCII.trimmingBlanks(bytes[..<end]), as: UTF8.self))
    guard kind == "form-data" else { throw .missingDisposition(part: part) }
    guard let parameters = ParameterList(bytes[end...].dropFirst()) else { throw .missingName(part: part) }
    return parameters
  }

  /// `filename`, or `filename*` (RFC 8187): RFC 7578 forbids the latter, but some client libraries send nothing else.
  private static func filename(in disposition: ParameterList) -> String? {
    if let filename = disposition["filename"] { return unescapingQuotes(filename) }
    guard let extended = disposition["filename*"], ASCII.lowercased(extended).hasPrefix("utf-8'") else { return nil }
    let parts = extended.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    return try? PercentCoding.decode(ArraySlice(parts[2].utf8))
  }

  /// Browsers and curl write a quotation mark as `%22` and leave every other percent sign as it is (WHATWG HTML,
  /// "multipart/form-data encoding algorithm"), so nothing else is decoded.
  private static func unescapingQuotes(_ text: String) -> String {
    text.replacing("%22", with: "\"")
  }

  private func contentType(in fields: HTTPFields, part: Int) throws(MultipartError) -> MediaType? {
    guard let value = fields[.contentType] else { return nil }
    do {
      return try MediaType(value)
    } catch {
      throw .malformedContentType(part: part, error)
    }
  }
}
