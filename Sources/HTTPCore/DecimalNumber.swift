/// Numbers in parameters, fields and settings, written in one way: digits, at most with a point between them.
///
/// Swift's own conversions take more, such as `+3`, `0x10`, `1e3`, `nan` and, of whole numbers, a sign. Whoever writes
/// these means something else, or tries what comes of it.
public enum DecimalNumber {
  /// `1*DIGIT`; nil for anything else, and for a number that no `Int` holds.
  public static func whole(_ text: some StringProtocol) -> Int? {
    isOfDigits(text) ? Int(text) : nil
  }

  /// `1*DIGIT [ "." 1*DIGIT ]`; nil for anything else.
  public static func fractional(_ text: some StringProtocol) -> Double? {
    let parts = Substring(text).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.allSatisfy { isOfDigits($0) } ? Double(text) : nil
  }

  /// Whole numbers between the letters `x`, such as `3x224x224`; nil where any is none.
  public static func extents(_ text: some StringProtocol) -> [Int]? {
    let parts = Substring(text).split(separator: "x", omittingEmptySubsequences: false)
    let extents = parts.compactMap { whole($0) }
    return extents.count == parts.count ? extents : nil
  }

  private static func isOfDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(ASCII.isDigit)
  }
}
