import Foundation
import HTTPCore

/// Bodies with the boundary `b`, and those of other programs.
enum MultipartBodies {
  static let variants: [(String, [String])] = [
    ("--b--", []), ("preamble\r\n--b\r\nD\r\n\r\nx\r\n--b--\r\nepilogue", ["a=x"]),
    ("--b \t\r\nD\r\n\r\n\r\n--b--", ["a="]),
    ("--b\r\nD\r\n\r\n\r\n\r\n--b\r\nD\r\n\r\n--\r\n--b--", ["a=\r\n", "a=--"]),
  ]

  static let malformed: [(String, MultipartError)] = [
    ("", MultipartError.noOpeningDelimiter(boundary: "b")), ("--c\r\n", .noOpeningDelimiter(boundary: "b")),
    ("--b\r\nD\r\n\r\nx", .noClosingDelimiter(boundary: "b")),
    ("--b\r\nD\r\n\r\nx\r\n--b", .noClosingDelimiter(boundary: "b")),
    ("--bx\r\nD\r\n\r\nx\r\n--b--", .malformedDelimiter(part: 1)), ("--b\r\nD\r\n--b--", .unfinishedHeader(part: 1)),
    ("--b\r\nD\r\n\r\n\r\n--b\r\nX: 1\r\n\r\n\r\n--b--", .missingDisposition(part: 2)),
    ("--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--", .missingName(part: 1)),
    ("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--b--", .missingDisposition(part: 1)),
    ("--b\r\nX\r\n\r\n\r\n--b--", .malformedField(part: 1, problem: .missingColon(seen: "X"))),
    ("--b\r\nD\r\nContent-Type: x\r\n\r\n\r\n--b--", .malformedContentType(part: 1, .malformed(seen: "x"))),
  ]

  /// Made by Tests/Goldens/multipart/make_multipart.py.
  static func golden(_ name: String) throws -> Data {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Data(contentsOf: tests.appending(path: "Goldens/multipart/\(name)"))
  }

  static func form(_ limits: Multipart.Limits = Multipart.Limits()) throws -> Multipart {
    try Multipart(contentType: MediaType("multipart/form-data; boundary=b"), limits: limits)
  }

  /// `D` on a line of its own stands for a disposition with the name `a`.
  static func bytes(_ text: String) -> ArraySlice<UInt8> {
    let disposition = "\r\nContent-Disposition: form-data; name=\"a\"\r\n"
    return ArraySlice(text.replacing("\r\nD\r\n", with: disposition).utf8)
  }
}
