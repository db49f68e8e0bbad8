extension Table {
  /// Comma-separated values (RFC 4180): one header line of column keys, CRLF line ends, exact numbers without
  /// separators. All columns are written.
  public func csv() -> String {
    let lines = [columns.map(\.key)] + rows.map { $0.map(\.exact) }
    return lines.map { $0.map(quotedForCSV).joined(separator: ",") + "\r\n" }.joined()
  }
}

/// RFC 4180, section 2, rules 5 to 7: fields with commas, quotes or line breaks are quoted, quotes are doubled.
private func quotedForCSV(_ field: String) -> String {
  guard field.utf8.contains(where: isSpecial) else { return field }
  // Scalars, not characters: a combining mark after a quote would hide the quote.
  let doubled = field.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) }
  return "\"\(doubled)\""
}

private func isSpecial(_ byte: UInt8) -> Bool {
  switch Unicode.Scalar(byte) {
  case ",", "\"", "\r", "\n": true
  default: false
  }
}
