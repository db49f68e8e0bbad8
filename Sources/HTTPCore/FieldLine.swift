import HTTPTypes

/// `field-name ":" OWS field-value OWS` (RFC 9112 section 5).
enum FieldLine {
  /// Reads one header line without its line end.
  ///
  /// Folded lines, blanks before the colon and control characters are refused rather than repaired: two programs
  /// that repair differently disagree about where a request ends (RFC 9112 section 11.2).
  static func parse(_ line: ArraySlice<UInt8>) throws(HTTPParsingError.FieldProblem) -> HTTPField {
    if let first = line.first, ASCII.isBlank(first) { throw .obsoleteFolding }
    guard let colon = line.firstIndex(of: ASCII.colon) else { throw .missingColon(seen: ASCII.excerpt(line)) }
    let rawName = line[..<colon]
    if let last = rawName.last, ASCII.isBlank(last) {
      throw .blankBeforeColon(name: ASCII.excerpt(ASCII.trimmingBlanks(rawName)))
    }
    guard let name = HTTPField.Name(String(decoding: rawName, as: UTF8.self)) else {
      throw .invalidName(seen: ASCII.excerpt(rawName))
    }
    let value = ASCII.trimmingBlanks(line[(colon + 1)...])
    if let byte = value.first(where: ASCII.isForbiddenControl) {
      throw byte == ASCII.carriageReturn ? .bareCarriageReturn : .forbiddenByte(name: name.rawName, byte: byte)
    }
    return HTTPField(name: name, value: value)
  }
}

extension HTTPParsingError.FieldProblem: Error {}
