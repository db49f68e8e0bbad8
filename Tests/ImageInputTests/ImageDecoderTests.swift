import ImageInput
import Testing

@Suite("Decoding")
struct ImageDecoderTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let expected: String
    var testDescription: String { file }
  }

  static let goldens: [Golden] = Goldens.json("decoding.json")

  @Test("every kind of picture decodes to Pillow's pixels", arguments: goldens)
  func pixelsEqualPillow(_ golden: Golden) throws {
    let decoded = try Goldens.image(golden.file)
    let expected = try Goldens.portablePixmap(golden.expected)
    #expect(decoded.size == expected.size)
    #expect(largestDifference(decoded, expected) == 0, Goldens.remedy)
  }

  @Test("the header tells the upright size without decoding", arguments: goldens)
  func headerSize(_ golden: Golden) throws {
    let header = try ImageHeader(reading: Goldens.bytes(golden.file))
    #expect(try Goldens.portablePixmap(golden.expected).size == header.uprightSize)
    #expect(golden.file.hasSuffix(header.format == .jpeg ? "jpg" : header.format.rawValue.lowercased()))
  }

  @Test("bytes behind the end of a picture are ignored", arguments: ["baseline-420.jpg", "rgb.png", "lossy.webp"])
  func trailingBytes(_ file: String) throws {
    let bytes = Goldens.bytes(file)
    #expect(try ImageDecoder.decode(bytes + [1, 2, 3]) == ImageDecoder.decode(bytes))
  }

  @Test("threads may decode the same bytes at once", arguments: ["progressive.jpg", "palette.png", "lossy.webp"])
  func concurrentDecoding(_ file: String) async throws {
    let bytes = Goldens.bytes(file)
    let expected = try ImageDecoder.decode(bytes)
    try await withThrowingTaskGroup(of: PixelImage.self) { group in
      for _ in 0..<16 { group.addTask { try ImageDecoder.decode(bytes) } }
      for try await image in group { #expect(image == expected) }
    }
  }

  @Test("stray bytes before a marker inside a JPEG do not spoil it")
  func harmlessWarning() throws {
    let bytes = Goldens.bytes("grey.jpg")
    let strayed = bytes.dropLast(2) + [0x12, 0x34, 0x56] + bytes.suffix(2)
    #expect(try ImageDecoder.decode([UInt8](strayed)) == ImageDecoder.decode(bytes))
  }
}
