public import HTTPTypes

/// What stands before the content of a part of a multipart/form-data body.
public struct MultipartHeader: Sendable, Equatable {
  /// The form field's name.
  public let name: String
  /// The file's name as the client gave it: a label, never a path to write to.
  public let filename: String?
  public let contentType: MediaType?
  public let fields: HTTPFields

  /// - Parameter part: counted from 1.
  init(_ fields: HTTPFields, part: Int) throws(MultipartError) {
    let disposition = try Self.disposition(in: fields, part: part)
    guard let name = disposition["name"].map(Self.unescapingQuotes) else { throw .missingName(part: part) }
    self.name = name
    filename = Self.filename(in: disposition)
    contentType = try Self.contentType(in: fields, part: part)
    self.fields = fields
  }

  private static func disposition(in fields: HTTPFields, part: Int) throws(MultipartError) -> ParameterList {
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

  private static func contentType(in fields: HTTPFields, part: Int) throws(MultipartError) -> MediaType? {
    guard let value = fields[.contentType] else { return nil }
    do {
      return try MediaType(value)
    } catch {
      throw .malformedContentType(part: part, error)
    }
  }
}
