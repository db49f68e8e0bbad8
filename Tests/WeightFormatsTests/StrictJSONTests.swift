import Testing

@testable import WeightFormats

@Suite("strict JSON")
struct StrictJSONTests {
  private func parse(_ text: String) throws -> StrictJSON {
    try Array(text.utf8).withUnsafeBytes { try StrictJSON.parse($0, maximumDepth: 8) }
  }

  @Test(
    "documents are read by the letter of RFC 8259",
    arguments: [
      ("null", .null), (" true ", .boolean(true)), ("false", .boolean(false)), ("0", .integer(0)), ("-0", .integer(0)),
      ("-12", .integer(-12)), ("1.5", .number("1.5")), ("1e3", .number("1e3")), ("1E+3", .number("1E+3")),
      ("9223372036854775808", .number("9223372036854775808")), ("\"\"", .text("")),
      ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .text("\"\\/\u{8}\u{C}\n\r\t")), ("\"\\u00E9\\uD83D\\uDE00\"", .text("é😀")),
      ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])), ("{ }", .object([])),
      ("{\"b\":1,\n\"a\":{}}", .object([.init(name: "b", value: .integer(1)), .init(name: "a", value: .object([]))])),
    ] as [(String, StrictJSON)])
  func accepted(text: String, value: StrictJSON) throws {
    #expect(try parse(text) == value)
  }

  @Test(
    "what is not JSON is refused at its byte",
    arguments: [
      ("", 0), ("nul", 0), ("01", 1), ("+1", 0), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("[1,]", 3), ("[1 2]", 3),
      ("{\"a\":1,}", 7), ("{a:1}", 1), ("{\"a\" 1}", 5), ("{\"a\":1", 6), ("\"a", 2), ("\"\n\"", 1), ("\"\\x\"", 3),
      ("\"\\u12G4\"", 3), ("\"\\uD83D\"", 7), ("\"\\uDE00\"", 7), ("\"\\uD83D\\u0041\"", 13), ("1 1", 2), ("NaN", 0),
      ("{\"a\":1,\"\\u0061\":2}", 7), ("[[[[[[[[[]]]]]]]]]", 8), ("\"\\", 2),
    ])
  func refused(text: String, byteOffset: Int) {
    let failure = #expect(throws: StrictJSON.Failure.self) { try parse(text) }
    #expect(failure?.byteOffset == byteOffset, "\(failure as Any)")
  }
}
