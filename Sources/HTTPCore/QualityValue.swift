/// The weight of a preference, `;q=0.8` (RFC 9110 section 12.4.2), in thousandths from 0, "not acceptable", to 1000.
enum QualityValue {
  static let full = 1000

  /// Reads `0[.ddd]` or `1[.000]`; nil for anything else.
  static func parse(_ text: String) -> Int? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole == "0" || whole == "1" else { return nil }
    let digits = parts.count == 2 ? parts[1] : ""
    guard digits.utf8.count <= 3, digits.utf8.allSatisfy(ASCII.isDigit) else { return nil }
    let fraction = Int(digits + String(repeating: "0", count: 3 - digits.utf8.count)) ?? 0
    let weight = (whole == "1" ? full : 0) + fraction
    return weight <= full ? weight : nil
  }
}
