import HTTPCore
import HTTPTypes
import Testing

@Suite("ResponseSerializer and HTTPDate")
struct ResponseSerializerTests {
  private func lines(
    _ response: HTTPResponse, length: Int, method: HTTPRequest.Method = .get, version: HTTPVersion = .http11,
    keepsAlive: Bool = true
  ) -> [String] {
    let serializer = ResponseSerializer(method: method, version: version, keepsAlive: keepsAlive)
    let text = String(decoding: serializer.head(response, bodyLength: length, date: "D"), as: UTF8.self)
    #expect(text.hasSuffix("\r\n\r\n"))
    return text.split(separator: "\r\n").map(String.init)
  }

  @Test("a response with a known length")
  func knownLength() {
    let response = HTTPResponse(status: .ok, headerFields: [.contentType: "text/plain", .setCookie: "a"])
    #expect(
      lines(response, length: 3)
        == ["HTTP/1.1 200 OK", "Content-Type: text/plain", "Set-Cookie: a", "Date: D", "Content-Length: 3"])
  }

  @Test("HEAD gets the length of GET; 204 and 304 get none")
  func bodiless() {
    #expect(lines(HTTPResponse(status: .ok), length: 9, method: .head).last == "Content-Length: 9")
    #expect(lines(HTTPResponse(status: .noContent), length: 9) == ["HTTP/1.1 204 No Content", "Date: D"])
    #expect(lines(HTTPResponse(status: .notModified), length: 9) == ["HTTP/1.1 304 Not Modified", "Date: D"])
  }

  @Test("persistence is announced as each version needs it")
  func persistence() {
    let response = HTTPResponse(status: .noContent)
    #expect(lines(response, length: 0, keepsAlive: false).last == "Connection: close")
    #expect(lines(response, length: 0, version: HTTPVersion(major: 1, minor: 0)).last == "Connection: keep-alive")
  }

  @Test("a handler cannot break the framing or inject lines")
  func injection() {
    var response = HTTPResponse(status: HTTPResponse.Status(code: 200, reasonPhrase: "OK\r\nX: 1"))
    response.headerFields = [.contentLength: "99", .transferEncoding: "chunked", .location: "/a\r\nSet-Cookie: b"]
    let head = lines(response, length: 1)
    #expect(head.count == 4)
    #expect(head.contains("Location: /a  Set-Cookie: b"))
    #expect(head.last == "Content-Length: 1")
  }

  // From Python: email.utils.formatdate(seconds, usegmt=True).
  @Test(
    "dates are written as Python writes them",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
      (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
  func date(_ seconds: Int, _ text: String) {
    #expect(HTTPDate.format(secondsSince1970: seconds) == text)
  }
}
