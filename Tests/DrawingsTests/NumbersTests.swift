import Drawings
import Testing

@Suite struct NumbersTests {
  @Test(
    "decimals are fixed, rounded to the nearest, and without a sign of their own for zero",
    arguments: [
      (0.0, 2, "0.00"), (0.125, 2, "0.13"), (-0.125, 2, "-0.13"), (-0.001, 2, "0.00"), (1234.5, 0, "1235"),
      (99.999, 1, "100.0"), (.nan, 1, "–"), (.infinity, 0, "–"), (-.infinity, 3, "–"), (1e300, 2, "–"),
      (0.05, 1, "0.1"), (7, 3, "7.000"),
    ])
  func fixed(value: Double, places: Int, text: String) {
    #expect(Numbers.fixed(value, places) == text)
  }

  @Test(
    "nearly all is not all, nearly none not none",
    arguments: [
      (1.0, "100\u{A0}%"), (0.997, "99.7\u{A0}%"), (0.93, "93\u{A0}%"), (0.001, "0.1\u{A0}%"), (0, "0\u{A0}%"),
      (.nan, "–"),
    ])
  func cautious(share: Double, text: String) {
    #expect(Numbers.cautiousPercent(share) == text)
  }

  @Test(
    "counts are in groups of three", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func counts(value: Int, text: String) {
    #expect(Numbers.count(value) == text)
  }

  @Test(
    "short numbers keep about three digits",
    arguments: [(0, "0"), (0.00031, "0.00031"), (0.5, "0.5"), (4.56, "4.56"), (120, "120"), (10, "10"), (1e-9, "0")])
  func short(value: Double, text: String) {
    #expect(Numbers.short(value) == text)
  }

  @Test(
    "lengths of time have two units at most",
    arguments: [
      (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min"), (71.2, "1 min 11 s"), (3599.7, "1 h"),
      (7815, "2 h 10 min"), (.nan, "–"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(Numbers.duration(seconds).replacing("\u{A0}", with: " ") == text)
  }
}
