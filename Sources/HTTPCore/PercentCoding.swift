/// Percent-decoding (RFC 3986 section 2.1).
enum PercentCoding {
  /// The text behind the percent escapes, which must be UTF-8.
  ///
  /// - Parameter plusIsSpace: whether `+` stands for a space, as in queries (application/x-www-form-urlencoded).
  static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) throws(RequestTargetError) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case ASCII.percent: decoded.append(try takeEscape(from: &rest))
      case ASCII.plus where plusIsSpace: decoded.append(ASCII.space)
      default: decoded.append(byte)
      }
    }
    guard let text = String(validating: decoded, as: UTF8.self) else {
      throw .notUTF8(seen: ASCII.excerpt(bytes))
    }
    return text
  }

  /// Takes the two digits behind a percent sign.
  private static func takeEscape(from rest: inout ArraySlice<UInt8>) throws(RequestTargetError) -> UInt8 {
    let digits = rest.prefix(2)
    rest = rest.dropFirst(2)
    guard digits.count == 2, let high = ASCII.hexValue(digits.first!), let low = ASCII.hexValue(digits.last!) else {
      throw .malformedEscape(seen: "%" + ASCII.excerpt(digits))
    }
    return high << 4 | low
  }
}
