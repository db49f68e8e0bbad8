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

  public init(_ header: MultipartHeader, body: ArraySlice<UInt8>) {
    name = header.name
    filename = header.filename
    contentType = header.contentType
    fields = header.fields
    self.body = body
  }
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
    let search = delimiterSearch
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

  /// For a boundary with the line end before it, which belongs to it.
  var delimiterSearch: ByteSearch { ByteSearch(for: Array("\r\n--\(boundary)".utf8)) }

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
    var lines = MultipartHeaderLines(part: number, limit: limits.headerBytes)
    _ = try lines.take(from: &rest, isComplete: true)
    return MultipartPart(try MultipartHeader(lines.fields, part: number), body: rest)
  }
}
