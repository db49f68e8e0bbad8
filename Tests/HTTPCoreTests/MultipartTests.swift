import Foundation
import HTTPCore
import Testing

@Suite("Multipart")
struct MultipartTests {
  /// Made by Tests/Goldens/multipart/make_multipart.py.
  private func golden(_ name: String) throws -> Data {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Data(contentsOf: tests.appending(path: "Goldens/multipart/\(name)"))
  }

  @Test("bodies of curl and requests are read as werkzeug reads them", arguments: ["curl", "requests"])
  func goldens(_ name: String) throws {
    let type = String(decoding: try golden("\(name).type"), as: UTF8.self)
    let expected = String(decoding: try golden("\(name).parts"), as: UTF8.self).split(separator: "\n").map(String.init)
    let body = Array(try golden("\(name).body"))
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
    let parts = try form().parts(of: body[...])
    #expect(parts[0].body.startIndex == body.count - 10)
  }

  @Test(
    "forms of bodies that clients send",
    arguments: [
      ("--b--", []), ("preamble\r\n--b\r\nD\r\n\r\nx\r\n--b--\r\nepilogue", ["a=x"]),
      ("--b \t\r\nD\r\n\r\n\r\n--b--", ["a="]),
      ("--b\r\nD\r\n\r\n\r\n\r\n--b\r\nD\r\n\r\n--\r\n--b--", ["a=\r\n", "a=--"]),
    ])
  func variants(_ text: String, _ expected: [String]) throws {
    let parts = try form().parts(of: bytes(text))
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
    #expect(try form().parts(of: bytes(text)).first?.filename == expected)
  }

  @Test(
    "a malformed body is refused with the part's number",
    arguments: [
      ("", MultipartError.noOpeningDelimiter(boundary: "b")), ("--c\r\n", .noOpeningDelimiter(boundary: "b")),
      ("--b\r\nD\r\n\r\nx", .noClosingDelimiter(boundary: "b")),
      ("--b\r\nD\r\n\r\nx\r\n--b", .noClosingDelimiter(boundary: "b")),
      ("--bx\r\nD\r\n\r\nx\r\n--b--", .malformedDelimiter(part: 1)), ("--b\r\nD\r\n--b--", .unfinishedHeader(part: 1)),
      ("--b\r\nD\r\n\r\n\r\n--b\r\nX: 1\r\n\r\n\r\n--b--", .missingDisposition(part: 2)),
      ("--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--", .missingName(part: 1)),
      ("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--b--", .missingDisposition(part: 1)),
      ("--b\r\nX\r\n\r\n\r\n--b--", .malformedField(part: 1, problem: .missingColon(seen: "X"))),
      ("--b\r\nD\r\nContent-Type: x\r\n\r\n\r\n--b--", .malformedContentType(part: 1, .malformed(seen: "x"))),
    ])
  func malformed(_ text: String, _ error: MultipartError) {
    #expect(throws: error) { try form().parts(of: bytes(text)) }
  }

  @Test("the number of parts and the size of their headers are limited")
  func limits() {
    let part = "--b\r\nD\r\n\r\nx\r\n"
    #expect(throws: MultipartError.tooManyParts(limit: 2)) {
      try form(Multipart.Limits(partCount: 2)).parts(of: bytes(part + part + part + "--b--"))
    }
    #expect(throws: MultipartError.headerTooLarge(part: 1, limit: 20)) {
      try form(Multipart.Limits(headerBytes: 20)).parts(of: bytes(part + "--b--"))
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

  private func form(_ limits: Multipart.Limits = Multipart.Limits()) throws -> Multipart {
    try Multipart(contentType: MediaType("multipart/form-data; boundary=b"), limits: limits)
  }

  /// `D` on a line of its own stands for a disposition with the name `a`.
  private func bytes(_ text: String) -> ArraySlice<UInt8> {
    let disposition = "\r\nContent-Disposition: form-data; name=\"a\"\r\n"
    return ArraySlice(text.replacing("\r\nD\r\n", with: disposition).utf8)
  }
}
