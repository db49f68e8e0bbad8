import Glibc

/// What can be told of a JSON text without decoding it.
enum JSONText {
  /// Deeper than any body of ours, and shallow enough for every decoder.
  static let maximumDepth = 16

  /// Refuses a body that is not UTF-8, is nested too deep, or holds more values than so many images need, before a decoder
  /// builds anything of it; and one with a comma behind the last value, which RFC 8259 does not have and Foundation takes.
  ///
  /// - Parameters:
  ///   - maximumImages: nil where the body's length alone bounds how many values it holds.
  ///   - example: what is accepted.
  /// - Complexity: one pass over the bytes; no memory.
  static func check(
    _ json: ArraySlice<UInt8>, maximumImages: Int?, example: String = JSONClassificationBody.example
  ) throws(RequestError) {
    if isOfWideCharacters(json) { throw .jsonNotUTF8 }
    // An image is an object of two members behind a comma; the options come on top.
    let maximumCommas = maximumImages.map { 2 * $0 + 8 } ?? json.count
    var (depth, commas) = (0, 0)
    var (isTooDeep, hasTrailingComma) = (false, false)
    json.withUnsafeBufferPointer { bytes in
      var (index, isBehindComma) = (0, false)
      while index < bytes.count, !isTooDeep, !hasTrailingComma, commas <= maximumCommas {
        let byte = bytes[index]
        hasTrailingComma = isBehindComma && isClosing(byte)
        isBehindComma = byte == UInt8(ascii: ",") || isBehindComma && isBlank(byte)
        switch byte {
        case UInt8(ascii: "\""): index = endOfString(bytes, from: index + 1)
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ","): commas += 1
        default: break
        }
        isTooDeep = depth > maximumDepth
        index += 1
      }
    }
    if isTooDeep { throw .jsonTooDeep(limit: maximumDepth) }
    if hasTrailingComma {
      throw .malformedJSON("a comma stands behind the last value of an object or array", example: example)
    }
    if let maximumImages, commas > maximumCommas { throw .jsonTooLong(maximumImages: maximumImages) }
  }

  private static func isClosing(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") }

  /// White space between JSON's tokens.
  private static func isBlank(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
    default: false
    }
  }

  /// Whether a decoder would take it for UTF-16 or UTF-32: by a byte order mark, or by a zero, which no JSON text holds in
  /// UTF-8.
  private static func isOfWideCharacters(_ json: ArraySlice<UInt8>) -> Bool {
    if let first = json.first, first >= 0xFE { return true }
    return json.withUnsafeBufferPointer { next(0, in: $0, from: 0) != nil }
  }

  /// Where the quotation mark is that closes a string, whose text begins at `start`; the end where there is none.
  static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count, let quote = next(UInt8(ascii: "\""), in: bytes, from: index) {
      let escapes = bytes[start..<quote].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
      if escapes.isMultiple(of: 2) { return quote }
      index = quote + 1
    }
    return bytes.count
  }

  private static func next(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, let found = memchr(base + start, Int32(byte), bytes.count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
