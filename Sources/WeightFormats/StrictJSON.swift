/// A JSON document, read strictly by RFC 8259. Duplicate names are refused.
enum StrictJSON: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// A number that is not a 64-bit integer, as written.
  case number(String)
  case text(String)
  case array([StrictJSON])
  /// Members in the document's order.
  case object([Member])

  struct Member: Equatable, Sendable {
    let name: String
    let value: StrictJSON
  }

  /// The first violation: its byte in the document, and the reason.
  struct Failure: Error, Equatable {
    let byteOffset: Int
    let reason: String
  }

  /// Parses a whole document; the bytes must be valid UTF-8.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, maximumDepth: Int, maximumValues: Int = .max
  ) throws(Failure) -> StrictJSON {
    var parser = Parser(bytes: bytes, depthLeft: maximumDepth, valuesLeft: maximumValues)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.failure("something follows the document") }
    return value
  }
}

extension StrictJSON {
  fileprivate struct Parser {
    let bytes: UnsafeRawBufferPointer
    var depthLeft: Int
    var valuesLeft: Int
    var position = 0

    func failure(_ reason: String) -> Failure { Failure(byteOffset: position, reason: reason) }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
      while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    mutating func skip(ifNext character: Unicode.Scalar) -> Bool {
      guard next == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
      guard skip(ifNext: character) else { throw failure("expected \(character)") }
    }

    mutating func value() throws(Failure) -> StrictJSON {
      guard valuesLeft > 0 else { throw failure("it holds more values than are accepted") }
      valuesLeft -= 1
      skipSpace()
      switch next {
      case UInt8(ascii: "{"): return try nested { parser throws(Failure) in try parser.object() }
      case UInt8(ascii: "["): return try nested { parser throws(Failure) in try parser.array() }
      case UInt8(ascii: "\""): return .text(try text())
      case UInt8(ascii: "t"): return try word("true", .boolean(true))
      case UInt8(ascii: "f"): return try word("false", .boolean(false))
      case UInt8(ascii: "n"): return try word("null", .null)
      case nil: throw failure("the document ends where a value should be")
      default: return try number()
      }
    }

    mutating func nested(_ body: (inout Parser) throws(Failure) -> StrictJSON) throws(Failure) -> StrictJSON {
      guard depthLeft > 0 else { throw failure("nested too deep") }
      depthLeft -= 1
      defer { depthLeft += 1 }
      position += 1
      return try body(&self)
    }

    mutating func object() throws(Failure) -> StrictJSON {
      var members: [Member] = []
      var names: Set<String> = []
      skipSpace()
      if skip(ifNext: "}") { return .object([]) }
      repeat {
        skipSpace()
        let start = position
        let name = try text()
        guard names.insert(name).inserted else {
          throw Failure(byteOffset: start, reason: "duplicate key \"\(name)\"")
        }
        skipSpace()
        try expect(":")
        members.append(Member(name: name, value: try value()))
        skipSpace()
      } while skip(ifNext: ",")
      try expect("}")
      return .object(members)
    }

    mutating func array() throws(Failure) -> StrictJSON {
      var values: [StrictJSON] = []
      skipSpace()
      if skip(ifNext: "]") { return .array([]) }
      repeat {
        values.append(try value())
        skipSpace()
      } while skip(ifNext: ",")
      try expect("]")
      return .array(values)
    }

    mutating func word(_ word: StaticString, _ value: StrictJSON) throws(Failure) -> StrictJSON {
      let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
      guard bytes[position...].starts(with: letters) else { throw failure("expected \(word)") }
      position += letters.count
      return value
    }
  }
}

extension StrictJSON.Parser {
  private mutating func digits() throws(StrictJSON.Failure) {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    if position == start { throw failure("expected a value") }
  }

  fileprivate mutating func number() throws(StrictJSON.Failure) -> StrictJSON {
    let start = position
    _ = skip(ifNext: "-")
    let leadingZero = skip(ifNext: "0")
    if !leadingZero { try digits() }
    if skip(ifNext: ".") { try digits() }
    if skip(ifNext: "e") || skip(ifNext: "E") {
      if !skip(ifNext: "+") { _ = skip(ifNext: "-") }
      try digits()
    }
    let written = String(decoding: bytes[start..<position], as: UTF8.self)
    return Int(written).map { .integer($0) } ?? .number(written)
  }

  fileprivate mutating func text() throws(StrictJSON.Failure) -> String {
    try expect("\"")
    var units: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"): units.append(contentsOf: String(try escaped()).utf8)
      case 0..<0x20:
        position -= 1
        throw failure("a control character in text")
      default: units.append(byte)
      }
    }
    throw failure("the document ends within text")
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  /// Reads the rest of an escape behind its backslash. A pair of surrogates makes one character (RFC 8259, section 7).
  private mutating func escaped() throws(StrictJSON.Failure) -> Character {
    guard let letter = next else { throw failure("the document ends within text") }
    position += 1
    if let scalar = Self.escapes[letter] { return Character(scalar) }
    guard letter == UInt8(ascii: "u") else { throw failure("unknown escape") }
    var value = try hexadecimalUnit()
    if (0xD800..<0xDC00).contains(value), skip(ifNext: "\\"), skip(ifNext: "u") {
      let low = try hexadecimalUnit()
      guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair") }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw failure("half a surrogate pair") }
    return Character(scalar)
  }

  private mutating func hexadecimalUnit() throws(StrictJSON.Failure) -> UInt32 {
    guard bytes.count - position >= 4 else { throw failure("the document ends within text") }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("expected four hexadecimal digits") }
    position += 4
    return value
  }
}
