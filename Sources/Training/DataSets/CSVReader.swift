/// Records of comma-separated values: RFC 4180, section 2.
///
/// Fields may stand in quotes, and then hold commas, line breaks and quotes, each doubled. Lines end in LF or CR LF;
/// empty lines are left out; a byte order mark before the first field is no part of it.
struct CSVReader {
  struct Record: Hashable, Sendable {
    /// The line on which it begins, from 1.
    let line: Int
    let fields: [String]
  }

  private let bytes: [UInt8]
  /// For messages.
  private let path: String
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next record; nothing at the end.
  ///
  /// - Throws: `DataSetError.malformed` with the line.
  mutating func next() throws(DataSetError) -> Record? {
    while endLine() {}
    guard position < bytes.count else { return nil }
    let start = line
    var fields = [try field()]
    while position < bytes.count, bytes[position] == Self.comma {
      position += 1
      fields.append(try field())
    }
    guard position == bytes.count || endLine() else {
      throw malformed("text follows a closing quote", at: line)
    }
    return Record(line: start, fields: fields)
  }

  /// Steps over a line's end, if one is here.
  private mutating func endLine() -> Bool {
    let hasReturn = position < bytes.count && bytes[position] == Self.carriageReturn
    let end = position + (hasReturn ? 1 : 0)
    guard end < bytes.count, bytes[end] == Self.lineFeed else { return false }
    position = end + 1
    line += 1
    return true
  }

  private mutating func field() throws(DataSetError) -> String {
    if position < bytes.count, bytes[position] == Self.quote { return try quotedField() }
    let start = position
    while position < bytes.count, ![Self.comma, Self.lineFeed, Self.quote].contains(bytes[position]) { position += 1 }
    if position < bytes.count, bytes[position] == Self.quote {
      throw malformed("a quote stands within a field that does not begin with one", at: line)
    }
    var end = position
    // A line's end of two bytes; not the field's.
    if end > start, bytes[end - 1] == Self.carriageReturn, end == bytes.count || bytes[end] == Self.lineFeed {
      end -= 1
      position = end
      if end + 1 == bytes.count { position = bytes.count }
    }
    return try text(bytes[start..<end], at: line)
  }

  private mutating func quotedField() throws(DataSetError) -> String {
    let start = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.lineFeed { line += 1 }
      guard byte == Self.quote else {
        content.append(byte)
        continue
      }
      guard position < bytes.count, bytes[position] == Self.quote else { return try text(content[...], at: start) }
      content.append(byte)
      position += 1
    }
    throw malformed("a quote is opened and not closed", at: start)
  }

  private func text(_ bytes: ArraySlice<UInt8>, at line: Int) throws(DataSetError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed("it is not UTF-8", at: line) }
    return text
  }

  private func malformed(_ problem: String, at line: Int) -> DataSetError {
    .malformed(path: path, position: .line(line), problem: problem)
  }
}
