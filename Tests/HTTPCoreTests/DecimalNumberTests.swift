import HTTPCore
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
  @Test("digits are a whole number", arguments: [("0", 0), ("7", 7), ("007", 7), ("65536", 65_536)])
  func whole(_ text: String, _ number: Int) {
    #expect(DecimalNumber.whole(text) == number)
    #expect(DecimalNumber.fractional(text) == Double(number))
  }

  @Test("a point may stand between digits", arguments: [("0.25", 0.25), ("10.0", 10), ("00.5", 0.5)])
  func fractional(_ text: String, _ number: Double) {
    #expect(DecimalNumber.whole(text) == nil)
    #expect(DecimalNumber.fractional(text) == number)
  }

  @Test(
    "nothing else is a number",
    arguments: [
      "", " 1", "1 ", "+1", "-1", "0x10", "0x1p3", "1e3", "1_000", "1,5", ".5", "5.", ".", "1.2.3", "nan", "inf",
      "\u{663}", "\u{FF13}", "1\u{301}",
    ])
  func others(_ text: String) {
    #expect(DecimalNumber.whole(text) == nil)
    #expect(DecimalNumber.fractional(text) == nil)
  }

  @Test("a number that no integer holds is none")
  func tooLarge() {
    #expect(DecimalNumber.whole("9223372036854775807") == .max)
    #expect(DecimalNumber.whole("9223372036854775808") == nil)
  }

  @Test("extents are whole numbers between letters x")
  func extents() {
    #expect(DecimalNumber.extents("3x224x224") == [3, 224, 224])
    #expect(DecimalNumber.extents("3") == [3])
    for text in ["", "3x", "x3", "3xx3", "3X3", "3x+2x2", "3x-2x2", "3 x 2"] {
      #expect(DecimalNumber.extents(text) == nil, "\(text)")
    }
  }
}
