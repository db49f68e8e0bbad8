import HTTPCore
import HTTPTypes
import Testing

@Suite("RequestTarget")
struct RequestTargetTests {
  @Test(
    "paths are decoded and never climb above the root",
    arguments: [
      ("/", "/"), ("/v1/models", "/v1/models"), ("/v1//models/", "/v1/models"), ("/a/./b", "/a/b"),
      ("/a/../b", "/b"), ("/../../etc/passwd", "/etc/passwd"), ("/%2e%2e/%2E./b", "/b"), ("/a/b/..", "/a"),
      ("/caf%C3%A9", "/café"), ("/a%20b+c", "/a b+c"), ("/a?b=/../c", "/a"), ("http://h?x=1", "/"),
    ])
  func path(_ text: String, _ path: String) throws {
    #expect(try RequestTarget(text).path == path)
  }

  @Test("queries keep order and repetitions, plus is a space")
  func query() throws {
    let target = try RequestTarget("/?a=1&b&a=2+3&c=%26%3D&&=x&d=e=f")
    let pairs = target.queryItems.map { "\($0.name)|\($0.value)" }
    #expect(pairs == ["a|1", "b|", "a|2 3", "c|&=", "|x", "d|e=f"])
    #expect(target.values(of: "a") == ["1", "2 3"])
  }

  @Test(
    "a malformed target is refused",
    arguments: [
      ("/%", RequestTargetError.malformedEscape(seen: "%")), ("/%zz", .malformedEscape(seen: "%zz")),
      ("/?a=%1", .malformedEscape(seen: "%1")), ("/%ff", .notUTF8(seen: "%ff")),
      ("/a%2fb", .escapedSeparator(seen: "a%2fb")), ("/a%5Cb", .escapedSeparator(seen: "a%5Cb")),
      ("/a%00", .escapedSeparator(seen: "a%00")), ("/a#b", .forbiddenByte(0x23)), ("/a b", .forbiddenByte(0x20)),
      ("a", .unknownForm(seen: "a")), ("", .unknownForm(seen: "")), ("ftp://a/", .unknownForm(seen: "ftp://a/")),
      ("http://u@a/", .unknownForm(seen: "http://u@a/")),
    ])
  func malformed(_ text: String, _ error: RequestTargetError) {
    #expect(throws: error) { try RequestTarget(text) }
  }

  @Test("CONNECT has an authority and nothing else")
  func authority() throws {
    let target = try RequestTarget("a:443", method: .connect)
    #expect(target.form == .authority)
    #expect(target.authority == "a:443")
    #expect(throws: RequestTargetError.notAnAuthority(seen: "/a")) { try RequestTarget("/a", method: .connect) }
  }
}
