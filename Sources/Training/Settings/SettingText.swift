import Foundation

/// Numbers in the text of a setting, such as `step:0.5,0.75`.
enum SettingText {
  /// Digits alone.
  static func whole(_ text: some StringProtocol) -> Int? {
    !text.isEmpty && text.utf8.allSatisfy(isDigit) ? Int(text) : nil
  }

  /// A finite number as JSON writes it, without a sign: `0.05`, `5e-4`.
  static func number(_ text: some StringProtocol) -> Double? {
    guard let first = text.utf8.first, isDigit(first),
      text.utf8.allSatisfy({ isDigit($0) || ".eE+-".utf8.contains($0) })
    else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The same with a minus before it, or none.
  static func signedNumber(_ text: some StringProtocol) -> Double? {
    text.hasPrefix("-") ? number(text.dropFirst()).map { -$0 } : number(text)
  }

  /// The shortest text that reads back as the same number, without `.0`.
  static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
