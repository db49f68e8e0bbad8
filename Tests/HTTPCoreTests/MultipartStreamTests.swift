import Foundation
import HTTPCore
import HTTPTestSupport
import Testing

/// `MultipartStream` gives what `Multipart` gives, whatever the pieces.
@Suite("Multipart in pieces")
struct MultipartStreamTests {
  /// How a body is cut.
  enum Cut: CaseIterable {
    case whole, byteByByte, random
  }

  private func pieces(_ body: ArraySlice<UInt8>, _ cut: Cut) -> [ArraySlice<UInt8>] {
    var random = SeededRandom(state: UInt64(body.count))
    var pieces: [ArraySlice<UInt8>] = []
    var rest = body
    while !rest.isEmpty {
      let length =
        switch cut {
        case .whole: rest.count
        case .byteByByte: 1
        case .random: Int.random(in: 0...90, using: &random)
        }
      pieces.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return pieces
  }

  /// The parts as the whole reader would give them; the order of events is checked on the way.
  private func parts(_ form: Multipart, _ body: ArraySlice<UInt8>, _ cut: Cut) throws -> [MultipartPart] {
    var stream = MultipartStream(form)
    var parts: [MultipartPart] = []
    var (isOpen, hasEnded) = (false, false)
    func take(_ event: MultipartStream.Event) {
      #expect(!hasEnded)
      switch event {
      case .partBegins(let header):
        #expect(!isOpen)
        isOpen = true
        parts.append(MultipartPart(header, body: []))
      case .content(let bytes):
        #expect(isOpen && !bytes.isEmpty)
        parts[parts.count - 1].body += bytes
      case .partEnds:
        #expect(isOpen)
        isOpen = false
      case .formEnds:
        #expect(!isOpen)
        hasEnded = true
      }
    }
    for piece in pieces(body, cut) {
      stream.append(piece)
      while let event = try stream.next() { take(event) }
    }
    stream.finish()
    while let event = try stream.next() { take(event) }
    #expect(hasEnded)
    return parts
  }

  private func expectSame(_ form: Multipart, _ body: ArraySlice<UInt8>) throws {
    let expected = Result { try form.parts(of: body) }
    for cut in Cut.allCases {
      let actual = Result { try parts(form, body, cut) }
      switch (expected, actual) {
      case (.success(let expected), .success(let actual)): #expect(actual == expected, "\(cut)")
      case (.failure(let expected), .failure(let actual)):
        // What is malformed comes before the end that is missing.
        if case MultipartError.noClosingDelimiter = expected { continue }
        #expect(actual as? MultipartError == expected as? MultipartError, "\(cut)")
      default: Issue.record("\(cut): \(actual) instead of \(expected)")
      }
    }
  }

  @Test("bodies of curl and requests", arguments: ["curl", "requests"])
  func goldens(_ name: String) throws {
    let type = String(decoding: try MultipartBodies.golden("\(name).type"), as: UTF8.self)
    let form = try Multipart(contentType: MediaType(type))
    let body = ArraySlice(try MultipartBodies.golden("\(name).body"))
    #expect(try parts(form, body, .byteByByte).count > 1)
    try expectSame(form, body)
  }

  @Test(
    "bodies that clients send, and malformed ones",
    arguments: MultipartBodies.variants.map(\.0) + MultipartBodies.malformed.map(\.0))
  func bodies(_ text: String) throws { try expectSame(MultipartBodies.form(), MultipartBodies.bytes(text)) }

  @Test(
    "bodies that end where something else could begin, and headers that boundaries cut",
    arguments: [
      "--b\r\nD\r\n\r\nx\r\n--", "--b\r\nD\r\n\r\nx\r\n--b-", "--b\r\nD\r\n\r\nx\r\n--b \t",
      "--b\r\nD\r\n\r\nx\r\n--b \r",
      "--b\r\nD\r\n\r\nx\r\n--b --\r\n", "--b\r\nD\r\n\r\n\r\n\r\n--\r\n--b\r\n--b--", "\r\n--b--",
      "--\r\n--b\r\n\r\n--b--",
      "--b\r\nX\r\n--b--", "--b\r\nD\nY: 1\r\n\r\n--b--", "--b\r\nD\r\n\r\n\r\r\n\r\n--b--x\r\n--b\r\n", "--b-\r\n",
      "--b\n--b--",
    ])
  func ends(_ text: String) throws { try expectSame(MultipartBodies.form(), MultipartBodies.bytes(text)) }

  @Test(
    "errors of a body that is cut off are those of the whole reader",
    arguments: [
      ("", MultipartError.noOpeningDelimiter(boundary: "b")), ("--b", .noClosingDelimiter(boundary: "b")),
      ("--b\r\nD\r\n\r\nx", .noClosingDelimiter(boundary: "b")),
      ("--b\r\nD\r\n\r\nx\r\n--b", .noClosingDelimiter(boundary: "b")),
      ("--b\r\nD", .noClosingDelimiter(boundary: "b")),
    ])
  func cutOff(_ text: String, _ error: MultipartError) throws {
    for cut in Cut.allCases {
      #expect(throws: error) { try parts(MultipartBodies.form(), MultipartBodies.bytes(text), cut) }
    }
  }

  @Test("the number of parts and the size of their headers are limited, to the byte")
  func limits() throws {
    let part = "--b\r\nD\r\n\r\nx\r\n"
    for count in 1...4 {
      let form = try MultipartBodies.form(Multipart.Limits(partCount: count))
      try expectSame(form, MultipartBodies.bytes(part + part + part + "--b--"))
    }
    for limit in 0...60 {
      let form = try MultipartBodies.form(Multipart.Limits(headerBytes: limit))
      try expectSame(form, MultipartBodies.bytes(part + "--b--"))
      try expectSame(form, MultipartBodies.bytes("--b\r\nD\nX: 1\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n--b--"))
    }
  }

  @Test("random bodies of the pieces that matter")
  func random() throws {
    var random = SeededRandom(state: 18)
    let words = ["\r\n", "--", "b", "\r\n--b", "\r\n--b\r\n", "\r\nD\r\n", "\r\n\r\n", "x", " ", "--b--", "\n", "\r"]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
      let form = try MultipartBodies.form(Multipart.Limits(partCount: 2, headerBytes: 60))
      try expectSame(form, MultipartBodies.bytes("--b" + text))
    }
  }

  @Test("an endless header or preamble is not held")
  func memory() throws {
    var stream = MultipartStream(try MultipartBodies.form())
    for _ in 0..<1000 {
      stream.append(ArraySlice([UInt8](repeating: 0x20, count: 1 << 16)))
      #expect(try stream.next() == nil)
    }
    stream.append(ArraySlice("\r\n--b\r\n".utf8))
    #expect(try stream.next() == nil)
    stream.append(ArraySlice([UInt8](repeating: 0x20, count: 1 << 16)))
    #expect(throws: MultipartError.headerTooLarge(part: 1, limit: 8 << 10)) { try stream.next() }
  }
}
