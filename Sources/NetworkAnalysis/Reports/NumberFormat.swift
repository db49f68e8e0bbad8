/// The form of numbers in reports. It is the same in every locale.
enum NumberFormat {
  private static let units: [(factor: Double, symbol: String)] = [
    (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
  ]

  /// All digits in groups of three: `61,100,840`.
  static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let groups = digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }
    return (value < 0 ? "-" : "") + groups.joined()
  }

  /// Two decimals and a decimal unit: `4.09 G`; plain below 1,000.
  static func scaled(_ value: Int) -> String {
    guard value >= 1000 else { return String(value) }
    // The largest unit in which the rounded value does not read 0.99 or less: 999,999 is 1.00 M.
    let unit = units.first { Double(value) / $0.factor >= 0.999_995 } ?? units[units.count - 1]
    return "\(fixed(Double(value) / unit.factor, decimals: 2)) \(unit.symbol)"
  }

  /// Bytes with decimal units: `774.40 kB`, `96 B`.
  static func bytes(_ value: Int) -> String {
    value < 1000 ? "\(value) B" : scaled(value) + "B"
  }

  /// A share between 0 and 1 in percent: `58.6 %`.
  static func percent(_ share: Double) -> String { fixed(share * 100, decimals: 1) + " %" }

  /// A factor: `1,226.3x`, `9.1x`.
  static func factor(_ value: Double) -> String {
    guard value < 1e15 else { return "\(value)x" }
    let tenths = Int((value * 10).rounded())
    return "\(grouped(tenths / 10)).\(tenths % 10)x"
  }

  /// A number with the given number of decimals. A negative number, or one beyond a trillion, has all its digits.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value >= 0, value < 1e12 else { return "\(value)" }
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let whole = Int((value * Double(scale)).rounded())
    let fraction = String(whole % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(whole / scale).\(zeros)\(fraction)"
  }

  /// Extents joined: `3x224x224`.
  static func shape(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: "x") }

  /// One number where all are the same, else all of them: `2`, `0,0,1,1`.
  static func edges(_ values: [Int]) -> String {
    Set(values).count == 1 ? String(values[0]) : values.map(String.init).joined(separator: ",")
  }
}
