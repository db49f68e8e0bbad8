import Foundation
import HTTPCore
import Testing

@Suite("Multipart")
struct MultipartTests {
  @Test("bodies of curl and requests are read as werkzeug reads them", arguments: ["curl", "requests"])
  func goldens(_ name: String) throws {
    let type = String(decoding: try MultipartBodies.golden("\(name).type"), as: UTF8.self)
    let expected = String(decoding: try MultipartBodies.golden("\(name).parts"), as: UTF8.self).split(separator: "\n")
      .map(String.init)
    let body = Array(try MultipartBodies.golden("\(name).body"))
    let parts = try Multipart(contentType: MediaType(type)).parts(of: body[...])
    let rows = parts.map { part in
      let sum = part.body.reduce(0) { ($0 + Int($1)) % 65_536 }
      return [part.name, part.filename ?? "-", part.contentType?.description ?? "-", "\(part.body.count)", "\(sum)"]
        .joined(separator: "\t")
    }
    #expect(rows == expected, "remake with Tests/Goldens/multipart/make_multipart.py")
  }

  @Test("part bodies share the memory of the whole body")
  func slices() throws {
    let body = Array("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nxyz\r\n--b--".utf8)
    let parts = try MultipartBodies.form().parts(of: body[...])
    #expect(parts[0].body.startIndex == body.count - 10)
  }

  @Test(
    "forms of bodies that clients send",
    arguments: MultipartBodies.variants)
  func variants(_ text: String, _ expected: [String]) throws {
    let parts = try MultipartBodies.form().parts(of: MultipartBodies.bytes(text))
    #expect(parts.map { "\($0.name)=\(String(decoding: $0.body, as: UTF8.self))" } == expected)
  }

  @Test(
    "file names",
    arguments: [
      ("filename=cat.jpg", "cat.jpg"), ("filename=\"a;b \\\"c\\\".jpg\"", "a;b \"c\".jpg"),
      ("filename=\"C:\\photos\\cat.jpg\"", "C:\\photos\\cat.jpg"), ("filename=\"\"", ""),
      ("filename*=utf-8''%E2%82%AC.jpg", "€.jpg"), ("filename=\"ü.jpg\"", "ü.jpg"),
    ])
  func filename(_ parameter: String, _ expected: String) throws {
    let text = "--b\r\nContent-Disposition: form-data; name=\"a\"; \(parameter)\r\n\r\nx\r\n--b--"
    #expect(try MultipartBodies.form().parts(of: MultipartBodies.bytes(text)).first?.filename == expected)
  }

  @Test(
    "a malformed body is refused with the part's number",
    arguments: MultipartBodies.malformed)
  func malformed(_ text: String, _ error: MultipartError) {
    #expect(throws: error) { try MultipartBodies.form().parts(of: MultipartBodies.bytes(text)) }
  }

  @Test("the number of parts and the size of their headers are limited")
  func limits() {
    let part = "--b\r\nD\r\n\r\nx\r\n"
    #expect(throws: MultipartError.tooManyParts(limit: 2)) {
      try MultipartBodies.form(Multipart.Limits(partCount: 2)).parts(
        of: MultipartBodies.bytes(part + part + part + "--b--"))
    }
    #expect(throws: MultipartError.headerTooLarge(part: 1, limit: 20)) {
      try MultipartBodies.form(Multipart.Limits(headerBytes: 20)).parts(of: MultipartBodies.bytes(part + "--b--"))
    }
  }

  @Test(
    "the type must be form-data with a usable boundary",
    arguments: [
      ("text/plain", MultipartError.notFormData(seen: "text/plain")), ("multipart/form-data", .missingBoundary),
      ("multipart/form-data; boundary=\"\"", .invalidBoundary(seen: "")),
      ("multipart/form-data; boundary=\"a\\\"\"", .invalidBoundary(seen: "a\"")),
    ])
  func contentType(_ text: String, _ error: MultipartError) {
    #expect(throws: error) { try Multipart(contentType: MediaType(text)) }
  }
}
