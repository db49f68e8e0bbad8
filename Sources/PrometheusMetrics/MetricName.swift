/// The names that Prometheus takes: `[a-zA-Z_:][a-zA-Z0-9_:]*`, for labels without the colon.
///
/// Libraries that report through swift-metrics like dots and dashes; those become underscores.
enum MetricName {
  static func sanitized(_ name: String) -> String { sanitized(name) { $0 == ":" } }

  static func sanitizedLabel(_ name: String) -> String { sanitized(name) { _ in false } }

  private static func sanitized(_ name: String, allowing isAllowed: (Character) -> Bool) -> String {
    let kept = name.map { character -> Character in
      let isWordCharacter = character.isASCII && (character.isLetter || character.isNumber || character == "_")
      return isWordCharacter || isAllowed(character) ? character : "_"
    }
    let needsPrefix = kept.first?.isNumber ?? true
    return (needsPrefix ? "_" : "") + String(kept)
  }
}
