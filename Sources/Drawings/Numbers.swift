/// Numbers as text: fixed decimals and a point, whatever the locale.
public enum Numbers {
  /// What stands for a value that is none.
  public static let none = "–"

  /// A number with fixed decimals, rounded to the nearest, halves away from zero.
  ///
  /// - Precondition: `places` from 0 to 9.
  public static func fixed(_ value: Double, _ places: Int = 0) -> String {
    precondition((0...9).contains(places), "a number of decimals")
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e15 else { return none }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
  }

  /// A share from 0 to 1 in percent; the sign stays on the number's line.
  public static func percent(_ share: Double, _ places: Int = 0) -> String {
    let text = fixed(share * 100, places)
    return text == none ? none : text + "\u{A0}%"
  }

  /// A share in percent, with a decimal where rounding would make nearly all into all, or nearly none into none.
  public static func cautiousPercent(_ share: Double) -> String {
    let isNearlyAll = share < 1 && share >= 0.995
    let isNearlyNone = share > 0 && share < 0.005
    return percent(share, isNearlyAll || isNearlyNone ? 1 : 0)
  }

  /// A number of things, in groups of three digits: `12,345`.
  public static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let groups = digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }
    return (value < 0 ? "-" : "") + groups.joined()
  }

  /// A number that stands for a count.
  static func count(_ value: Double) -> String {
    value.magnitude < 9e15 ? count(Int(value.rounded())) : none
  }

  /// A number with about three digits that count: `0.00031`, `0.12`, `4.5`, `120`.
  public static func short(_ value: Double) -> String {
    let size = value.magnitude
    if size == 0 { return "0" }
    var (places, bound) = (0, 100.0)
    while size < bound, places < 6 { (places, bound) = (places + 1, bound / 10) }
    return withoutTrailingZeros(fixed(value, places))
  }

  private static func withoutTrailingZeros(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let kept = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(kept.reversed())
  }

  /// A power of ten, the same on every machine.
  static func power(_ exponent: Int) -> Double {
    let power = (0..<exponent.magnitude).reduce(1.0) { power, _ in power * 10 }
    return exponent < 0 ? 1 / power : power
  }

  /// A length of time that stays on one line: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.magnitude < 1e12 else { return none }
    if seconds < 9.95 { return fixed(seconds, 1) + "\u{A0}s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)\u{A0}s" }
    if whole < 3600 { return joined(whole / 60, "min", whole % 60, "s") }
    return joined(whole / 3600, "h", whole % 3600 / 60, "min")
  }

  private static func joined(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
    "\(large)\u{A0}\(largeUnit)" + (small == 0 ? "" : "\u{A0}\(small)\u{A0}\(smallUnit)")
  }
}
