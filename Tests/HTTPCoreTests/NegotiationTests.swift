import HTTPCore
import Testing

@Suite("MediaType and AcceptHeader")
struct NegotiationTests {
  @Test(
    "media types are read and written",
    arguments: [
      ("text/plain", "text/plain"), ("Text/HTML; Charset=\"utf-8\"", "text/html; charset=utf-8"),
      ("multipart/form-data; boundary=\"a b\\\"c\"", "multipart/form-data; boundary=\"a b\\\"c\""),
      ("application/json;", "application/json"), (" image/jpeg ;q=1", "image/jpeg; q=1"),
    ])
  func mediaType(_ text: String, _ written: String) throws {
    #expect(try MediaType(text).description == written)
  }

  @Test(
    "malformed media types are refused",
    arguments: [
      "", "text", "text/", "/plain", "te xt/plain", "a/b; c", "a/b; c=\"d", "a/b; c=1; c=2", "a/b/c", "a/b;;",
      "a/b; " + (0..<33).map { "p\($0)=1" }.joined(separator: ";"),
    ])
  func malformed(_ text: String) {
    #expect(throws: MediaTypeError.self) { try MediaType(text) }
  }

  @Test(
    "the offer that the client likes best is chosen",
    arguments: [
      ([], "application/json"), (["*/*"], "application/json"), (["text/csv"], "text/csv"),
      (["text/*"], "text/plain"), (["text/*;q=0.5, text/markdown"], "text/markdown"),
      (["application/json;q=0.1, text/csv;q=0.2"], "text/csv"), (["*/*;q=0.1", "text/plain"], "text/plain"),
      (["text/plain;q=0, text/*"], "text/markdown"), (["*/*, application/json;q=0"], "text/plain"),
      (["image/png"], nil), (["application/json;q=0"], nil), (["text/html, */*;q=0.8"], "application/json"),
      (["nonsense, TEXT/CSV"], "text/csv"), (["text/csv;q=2, text/plain;q=0.001"], "text/plain"),
      (["text/csv;q=1.000"], "text/csv"),
    ] as [([String], String?)])
  func accept(_ values: [String], _ expected: String?) {
    let offers: [MediaType] = [.json, .plainText, .markdown, .csv]
    #expect(AcceptHeader(values).best(of: offers)?.essence == expected)
  }
}
