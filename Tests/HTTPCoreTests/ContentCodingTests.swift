import Foundation
import HTTPCore
import HTTPTestSupport
import HTTPTypes
import Testing

extension ContentDecoder {
  /// The next bytes, expanded in one piece.
  fileprivate func decode(_ bytes: ArraySlice<UInt8>) throws(ContentCodingError) -> [UInt8] {
    var expanded: [UInt8] = []
    try decode(bytes) {
      expanded += $0
      return true
    }
    return expanded
  }
}

/// Codings against Python's zlib and gzip modules and RFC 9110's rules.
@Suite("Content coding")
struct ContentCodingTests {
  /// "hello hello hello\n", compressed by Python 3.11: `gzip.compress(..., mtime=0)` and `zlib.compress(...)`.
  private static let samples: [(ContentCoding, [UInt8])] = [
    (
      .gzip,
      [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40,
        0x90, 0x5C, 0x00, 0x3B, 0x7C, 0x8A, 0xDF, 0x12, 0x00, 0x00, 0x00,
      ]
    ),
    (
      .deflate,
      [
        0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0x5C, 0x00, 0x40, 0xB5, 0x06, 0x87,
      ]
    ),
  ]

  @Test("what Python compressed is expanded")
  func samples() throws {
    for (coding, bytes) in Self.samples {
      let decoder = ContentDecoder(coding, limit: 100, ratio: 100)
      #expect(String(decoding: try decoder.decode(bytes[...]), as: UTF8.self) == "hello hello hello\n")
      try decoder.finish()
    }
  }

  private func random(_ count: Int) -> [UInt8] {
    var random = SeededRandom(state: 7)
    return (0..<count).map { _ in UInt8.random(in: 0...15, using: &random) }
  }

  private func coded(_ bytes: [UInt8], _ coding: ContentCoding) -> [UInt8] {
    ContentEncoder(coding).encode(bytes[...], isLast: true)
  }

  @Test("what is compressed in pieces expands in pieces to itself", arguments: [ContentCoding.gzip, .deflate])
  func roundTrip(_ coding: ContentCoding) throws {
    for size in [0, 1, 1000, 65_536, 500_000] {
      let bytes = random(size)
      let encoder = ContentEncoder(coding)
      var encoded: [UInt8] = []
      for start in stride(from: 0, to: size, by: 777) {
        encoded += encoder.encode(bytes[start..<min(start + 777, size)], isLast: false)
      }
      encoded += encoder.encode([], isLast: true)
      for piece in [encoded.count, 1000, 1] where encoded.count / piece < 100_000 {
        let decoder = ContentDecoder(coding, limit: size, ratio: 100)
        var decoded: [UInt8] = []
        for start in stride(from: 0, to: encoded.count, by: piece) {
          decoded += try decoder.decode(encoded[start..<min(start + piece, encoded.count)])
        }
        try decoder.finish()
        #expect(decoded == bytes)
      }
    }
  }

  @Test(
    "a body that expands beyond its limit is refused, one byte less is not", arguments: [ContentCoding.gzip, .deflate])
  func limit(_ coding: ContentCoding) throws {
    let encoded = coded(random(300_000), coding)
    #expect(throws: ContentCodingError.expandedTooLarge(limit: 299_999)) {
      try ContentDecoder(coding, limit: 299_999, ratio: 100).decode(encoded[...])
    }
    #expect(try ContentDecoder(coding, limit: 300_000, ratio: 100).decode(encoded[...]).count == 300_000)
  }

  @Test("a bomb is refused by its ratio long before its limit")
  func bomb() throws {
    let encoded = coded([UInt8](repeating: 0, count: 20 << 20), .gzip)
    let decoder = ContentDecoder(.gzip, limit: 1 << 30, ratio: 100)
    #expect(throws: ContentCodingError.expandsTooMuch(ratio: 100)) { try decoder.decode(encoded[...]) }
  }

  @Test("nothing is expanded beyond a piece that nobody takes")
  func refusedPiece() throws {
    let encoded = coded([UInt8](repeating: 0, count: 8 << 20), .gzip)
    let decoder = ContentDecoder(.gzip, limit: 8 << 20, ratio: 2_000)
    var pieces: [Int] = []
    try decoder.decode(encoded[...]) {
      pieces.append($0.count)
      return pieces.count < 3
    }
    #expect(pieces.count == 3)
    #expect(pieces.allSatisfy { $0 <= 64 << 10 })
  }

  @Test("a small body may expand as much as it likes")
  func smallAndDense() throws {
    let encoded = coded([UInt8](repeating: 0, count: 1 << 20), .deflate)
    #expect(try ContentDecoder(.deflate, limit: 1 << 20, ratio: 2).decode(encoded[...]).count == 1 << 20)
  }

  @Test("what is no compressed data, cut off, or followed by something else is refused")
  func damaged() throws {
    let bytes = Array("hello hello hello\n".utf8)
    for coding in [ContentCoding.gzip, .deflate] {
      let encoded = coded(bytes, coding)
      #expect(throws: ContentCodingError.malformed(coding)) {
        try ContentDecoder(coding, limit: 100, ratio: 100).decode(bytes[...])
      }
      for end in 1..<encoded.count {
        let decoder = ContentDecoder(coding, limit: 100, ratio: 100)
        _ = try decoder.decode(encoded[..<end])
        #expect(throws: ContentCodingError.truncated(coding)) { try decoder.finish() }
      }
      #expect(throws: ContentCodingError.malformed(coding)) {
        try ContentDecoder(coding, limit: 100, ratio: 100).decode((encoded + [1, 2, 3])[...])
      }
      // The checksum at the end.
      var wrong = encoded
      wrong[wrong.count - (coding == .gzip ? 5 : 1)] ^= 1
      #expect(throws: ContentCodingError.malformed(coding)) {
        try ContentDecoder(coding, limit: 100, ratio: 100).decode(wrong[...])
      }
    }
  }

  @Test("a gzip body may have several members (RFC 1952 section 2.2)")
  func members() throws {
    let encoded = coded([1, 2], .gzip) + coded([3], .gzip)
    let decoder = ContentDecoder(.gzip, limit: 100, ratio: 100)
    #expect(try decoder.decode(encoded[...]) == [1, 2, 3])
    try decoder.finish()
  }

  @Test(
    "the coding of a request's body",
    arguments: [
      (nil, .identity), ("gzip", .gzip), ("GZip", .gzip), ("x-gzip", .gzip), ("deflate", .deflate),
      ("identity", .identity), ("br", nil), ("gzip, gzip", nil), ("gzip, br", nil), ("zstd", nil), ("", .identity),
    ] as [(String?, ContentCoding?)])
  func ofRequest(_ value: String?, _ expected: ContentCoding?) {
    var fields = HTTPFields()
    fields[.contentEncoding] = value
    #expect((try? ContentCoding(ofRequest: fields)) == expected)
  }

  @Test(
    "the client's weights choose the coding of the answer, where it is worth it and where not",
    arguments: [
      (nil, .identity, .identity), ("", .identity, .identity), ("gzip", .gzip, .identity),
      ("deflate", .deflate, .identity), ("gzip, deflate, br", .gzip, .identity),
      ("gzip;q=0.5, deflate;q=0.8", .deflate, .identity), ("gzip;q=0.5, identity", .identity, .identity),
      ("gzip;q=0, deflate;q=0", .identity, .identity), ("gzip; Q=0", .identity, .identity),
      ("br", .identity, .identity),
      ("*", .gzip, .identity), ("*;q=0, gzip", .gzip, .gzip), ("*;q=0", nil, nil), ("identity;q=0", nil, nil),
      ("identity;q=0, br", nil, nil), ("identity;q=0, gzip;q=0.1", .gzip, .gzip),
      ("*;q=0, identity;q=0.1", .identity, .identity),
      ("x-gzip", .gzip, .identity), ("gzip;q=2", .identity, .identity), ("gzip;q=x, deflate", .deflate, .identity),
    ] as [(String?, ContentCoding?, ContentCoding?)])
  func choice(_ value: String?, _ worthIt: ContentCoding?, _ notWorthIt: ContentCoding?) {
    var fields = HTTPFields()
    fields[.acceptEncoding] = value
    #expect(AcceptEncoding(fields).choice(isWorthIt: true) == worthIt)
    #expect(AcceptEncoding(fields).choice(isWorthIt: false) == notWorthIt)
  }

  @Test("types that are text by name or by syntax are worth compressing")
  func compressible() throws {
    for type in ["text/html; charset=utf-8", "application/json", "application/problem+json", "application/yaml"] {
      #expect(try MediaType(type).isCompressible)
    }
    for type in ["image/jpeg", "application/octet-stream", "application/zip"] {
      #expect(try !MediaType(type).isCompressible)
    }
  }
}
