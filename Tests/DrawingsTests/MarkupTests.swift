import Drawings
import Testing

@Suite struct MarkupTests {
  @Test(
    "text cannot leave the element or the attribute that it stands in",
    arguments: [
      ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
      (#"" onload="alert(1)"#, "&quot; onload=&quot;alert(1)"), ("'a' & b", "&#39;a&#39; &amp; b"),
      ("a\u{0}b\u{1B}[31m", "a\u{FFFD}b\u{FFFD}[31m"), ("Grüße, 鳥 🐦", "Grüße, 鳥 🐦"),
    ])
  func escapes(text: String, escaped: String) {
    #expect(Markup.escaped(text) == escaped)
  }
}
