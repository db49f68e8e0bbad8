import Testing

@testable import Training

@Suite("Comma-separated values: RFC 4180")
struct CSVReaderTests {
  private static func records(_ text: String) throws -> [[String]] {
    var reader = CSVReader([UInt8](text.utf8), path: "table.csv")
    var records: [[String]] = []
    while let record = try reader.next() { records.append(record.fields) }
    return records
  }

  @Test(
    "records are taken apart",
    arguments: [
      ("aaa,bbb\r\nccc,ddd\r\n", [["aaa", "bbb"], ["ccc", "ddd"]]),
      ("aaa,bbb\nccc,ddd", [["aaa", "bbb"], ["ccc", "ddd"]]),
      ("\"aaa\",\"b \r\nbb\",\"c,c\"\nz,,x\n", [["aaa", "b \r\nbb", "c,c"], ["z", "", "x"]]),
      ("\"a\"\"b\",c", [["a\"b", "c"]]),
      ("\u{FEFF}a,b\n\n\r\nc,d\n", [["a", "b"], ["c", "d"]]),
      ("a, b ,\n", [["a", " b ", ""]]),
      ("\"\",\"\"\r\n", [["", ""]]),
      ("a,b\r", [["a", "b"]]),
      ("", []), ("\n\n", []),
    ] as [(String, [[String]])])
  func records(text: String, expected: [[String]]) throws {
    try #expect(Self.records(text) == expected)
  }

  @Test(
    "what breaks the rules is refused with its line",
    arguments: [
      ("a,b\nc,\"d\n\n", "table.csv, line 2: a quote is opened and not closed"),
      ("a\"b,c\n", "table.csv, line 1: a quote stands within a field that does not begin with one"),
      ("\n\n\"a\"b,c\n", "table.csv, line 3: text follows a closing quote"),
    ])
  func faults(text: String, message: String) throws {
    let error = try #require(throws: DataSetError.self) { try Self.records(text) }
    #expect(error.description == message)
  }

  @Test("text that is no UTF-8 is refused")
  func encoding() throws {
    var reader = CSVReader([0x61, 0x2C, 0xFF, 0x0A], path: "table.csv")
    let error = try #require(throws: DataSetError.self) { try reader.next() }
    #expect(error.description == "table.csv, line 1: it is not UTF-8")
  }
}
