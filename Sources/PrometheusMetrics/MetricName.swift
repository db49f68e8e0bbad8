/// The names that Prometheus takes: `[a-zA-Z_:][a-zA-Z0-9_:]*`, for labels without the colon.
///
/// Libraries that report through swift-metrics like dots and dashes; those become underscores.
enum MetricName {
  static func sanitized(_ name: String) -> String { sanitized(name, allowsColon: true) }

  static func sanitizedLabel(_ name: String) -> String { sanitized(name, allowsColon: false) }

  /// Nearly all names are valid, and then this is one pass over their bytes: it runs with every event that is counted.
  private static func sanitized(_ name: String, allowsColon: Bool) -> String {
    func isAllowed(_ byte: UInt8) -> Bool { isWordCharacter(byte) || (allowsColon && byte == UInt8(ascii: ":")) }
    let needsPrefix = name.utf8.first.map(isDigit) ?? true
    if !needsPrefix, name.utf8.allSatisfy(isAllowed) { return name }
    let kept = name.unicodeScalars.map { scalar in
      scalar.isASCII && isAllowed(UInt8(scalar.value)) ? scalar : "_"
    }
    return (needsPrefix ? "_" : "") + String(String.UnicodeScalarView(kept))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isWordCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: isDigit(byte)
    }
  }
}
