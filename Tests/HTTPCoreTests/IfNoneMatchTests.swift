import HTTPCore
import HTTPTypes
import Testing

@Suite("EntityTag and IfNoneMatch")
struct IfNoneMatchTests {
  private static func condition(_ values: [String]) -> IfNoneMatch? {
    var fields = HTTPFields()
    for value in values { fields.append(HTTPField(name: .ifNoneMatch, value: value)) }
    return IfNoneMatch(fields)
  }

  @Test("a tag is written as it is read", arguments: ["\"a1b2\"", "W/\"a1b2\"", "\"\"", "\"a,b;W/\\c\"", "\"a-gzip\""])
  func roundTrip(_ text: String) {
    guard case .tags(let tags) = Self.condition([text]) else {
      Issue.record("\(text) is not read")
      return
    }
    #expect(tags.map(\.description) == [text])
  }

  @Test(
    "lists are read over all lines, with blanks and empty elements, and commas within tags",
    arguments: [
      (["\"a\", \"b\""], ["a", "b"]), (["\"a\"", "W/\"b\" ,\"c\""], ["a", "b", "c"]),
      ([" ,, \"a\"\t, ,"], ["a"]), (["\"a,b\",\"c\""], ["a,b", "c"]), (["\"a\"", ""], ["a"]),
      (["\"\u{E9}\""], ["\u{E9}"]),
    ])
  func lists(_ values: [String], _ expected: [String]) {
    #expect(
      Self.condition(values)
        == .tags(
          expected.map { tag in
            EntityTag(tag, isWeak: values.joined().contains("W/\"\(tag)\""))
          }))
  }

  @Test(
    "what breaks the grammar is as if it were absent",
    arguments: [
      [], [""], [" , "], ["a"], ["\"a"], ["a\""], ["w/\"a\""], ["W /\"a\""], ["W/ \"a\""], ["\"a\" \"b\""],
      ["\"a\"b"], ["\"a b\""], ["\"a\";q=1"], ["*, \"a\""], ["\"a\", *"], ["*", "*"], ["**"], ["\"a\", b"],
      ["\"a\\\"b\""], ["\"a\", \"b"],
    ])
  func malformed(_ values: [String]) {
    #expect(Self.condition(values) == nil)
  }

  @Test(
    "tags are compared weakly, by all their characters",
    arguments: [
      ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), (" * ", true), ("\"A\"", false),
      ("\"a-gzip\"", false), ("\"\"", false),
    ])
  func comparison(_ value: String, _ expected: Bool) {
    for tag in [EntityTag("a"), EntityTag("a", isWeak: true)] {
      #expect(Self.condition([value])?.includes(tag) == expected)
    }
  }
}
