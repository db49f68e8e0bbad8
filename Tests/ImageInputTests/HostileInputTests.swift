import ImageInput
import TestSupport
import Testing

@Suite("Damaged and hostile input")
struct HostileInputTests {
  static let formats = ["grey.jpg", "progressive.jpg", "palette-transparency.png", "lossy.webp", "lossless-alpha.webp"]

  /// Decodes, and returns the error or nil; anything but a picture or an error would end the process.
  private func failure(_ bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) -> ImageError? {
    do {
      _ = try ImageDecoder.decode(bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test("every beginning of a picture is refused, at whichever byte it is cut", arguments: formats)
  func prefixes(_ file: String) {
    let bytes = Goldens.bytes(file)
    for count in bytes.indices {
      #expect(failure([UInt8](bytes.prefix(count))) != nil, "the first \(count) of \(bytes.count) bytes")
    }
  }

  @Test("a picture with any one byte changed decodes or is refused", arguments: formats + ["orientation-6.jpg"])
  func changedBytes(_ file: String) {
    let bytes = Goldens.bytes(file)
    // A changed size may be large, which costs time only.
    let limits = DecodingLimits(maximumPixels: 100_000)
    for index in bytes.indices {
      for value in [bytes[index] ^ 0xFF, bytes[index] &+ 1] {
        var changed = bytes
        changed[index] = value
        _ = failure(changed, limits: limits)
      }
    }
  }

  @Test(
    "random bytes behind a valid beginning are refused",
    arguments: formats, 1...UInt64(TestEffort.count(usual: 8, thorough: 1_000)))
  func randomTail(_ file: String, _ seed: UInt64) {
    var state = seed
    let noise = (0..<500).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    for kept in [4, 8, 12, 20, 40] {
      let bytes = Goldens.bytes(file).prefix(kept) + noise
      #expect(failure([UInt8](bytes), limits: DecodingLimits(maximumPixels: 100_000)) != nil, "seed \(seed)")
    }
  }

  @Test(
    "what is no accepted picture is named",
    arguments: [
      ([], "nothing: the data are empty"),
      (Array("just a note, renamed to .jpg".utf8), "text"),
      (Array("Grüße".utf8), "text"),
      (Array("{\"image\": 1}".utf8), "JSON text"),
      (Array("GIF89a....".utf8), "a GIF image"),
      (Array("BM......".utf8), "a BMP image"),
      (Array("%PDF-1.7".utf8), "a PDF document"),
      ([0, 0, 0, 0x20] + Array("ftypavif".utf8), "an AVIF image"),
      ([0, 0, 0, 0x20] + Array("ftypheic".utf8), "an HEIC image"),
      ([0x01, 0x02, 0xAB, 0x00, 0x05], "unknown binary data beginning with 01 02 AB 00"),
    ] as [([UInt8], String)])
  func unsupported(_ bytes: [UInt8], _ found: String) {
    let error = failure(bytes)
    #expect(error == .unsupportedFormat(found: found))
    #expect(error?.description.hasSuffix("found \(found); accepted are JPEG, PNG and WebP") == true)
  }

  /// A PNG that promises a size and holds nothing.
  private func pngHeader(width: UInt32, height: UInt32) -> [UInt8] {
    let size = [width, height].flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - $0 * 8)) } }
    let body = Array("IHDR".utf8) + size + [8, 2, 0, 0, 0]
    let crc = crc32(body)
    let check = (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - $0 * 8)) }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + body + check
  }

  @Test("a picture of too many pixels is refused by its header, with both numbers")
  func tooManyPixels() {
    let error = failure(pngHeader(width: 30_000, height: 30_000))
    #expect(error == .tooManyPixels(format: .png, width: 30_000, height: 30_000, maximum: 50_000_000))
    #expect(
      error?.description
        == "the PNG is 30000 x 30000 pixels, 900000000 in all; at most 50000000 are accepted")
  }

  @Test(
    "impossible sizes are refused by the header",
    arguments: [(UInt32.max, UInt32.max), (70_000, 1), (1, 1 << 31), (0, 10), (10, 0)])
  func impossibleSize(_ width: UInt32, _ height: UInt32) {
    #expect(failure(pngHeader(width: width, height: height)) != nil)
  }

  @Test("a limit of the caller's holds for each format", arguments: ["grey.jpg", "rgb.png", "lossy.webp"])
  func ownLimit(_ file: String) throws {
    let bytes = Goldens.bytes(file)
    let header = try ImageHeader(reading: bytes)
    let pixels = header.width * header.height
    #expect(failure(bytes, limits: DecodingLimits(maximumPixels: pixels)) == nil)
    #expect(
      failure(bytes, limits: DecodingLimits(maximumPixels: pixels - 1))
        == .tooManyPixels(format: header.format, width: header.width, height: header.height, maximum: pixels - 1))
    #expect(
      failure(bytes, limits: DecodingLimits(maximumSide: 20))
        == .sideTooLong(format: header.format, width: header.width, height: header.height, maximum: 20))
  }

  /// The frame header's segment: marker, length, precision, height, width and the rest.
  private func frameHeader(of jpeg: [UInt8]) throws -> Range<Int> {
    let start = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && [0xC0, 0xC2].contains(jpeg[$0 + 1]) })
    return start..<start + 2 + Int(jpeg[start + 2]) << 8 + Int(jpeg[start + 3])
  }

  @Test("a JPEG with a second frame header of another size is refused", arguments: ["grey.jpg", "progressive.jpg"])
  func twoFrameHeaders(_ file: String) throws {
    let jpeg = Goldens.bytes(file)
    let frame = try frameHeader(of: jpeg)
    var vast = Array(jpeg[frame])
    vast.replaceSubrange(5..<9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    let after = [UInt8](jpeg[..<frame.upperBound]) + vast + jpeg[frame.upperBound...]
    #expect(failure(after) != nil)
    let before = [UInt8](jpeg[..<frame.lowerBound]) + vast + jpeg[frame.lowerBound...]
    #expect(failure(before) != nil)
  }

  @Test("a JPEG whose frame header announces more than is there is refused by its pixels or by its end")
  func announcedSize() throws {
    var jpeg = Goldens.bytes("grey.jpg")
    let frame = try frameHeader(of: jpeg)
    jpeg.replaceSubrange(frame.lowerBound + 5..<frame.lowerBound + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(failure(jpeg) == .tooManyPixels(format: .jpeg, width: 65_500, height: 65_500, maximum: 50_000_000))
    jpeg.replaceSubrange(frame.lowerBound + 5..<frame.lowerBound + 9, with: [0x03, 0xE8, 0x03, 0xE8])
    #expect(failure(jpeg)?.description.contains("the JPEG cannot be decoded") == true)
  }

  @Test("a WebP whose canvas is not its picture's size is refused")
  func webPCanvas() throws {
    var webP = Goldens.bytes("lossless-alpha.webp")
    if webP[12..<16].elementsEqual("VP8L".utf8) {
      // The extended header, in front: flags for alpha, then a canvas of 1 x 1 (WebP container specification).
      webP.insert(contentsOf: Array("VP8X".utf8) + [10, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0], at: 12)
      let size = webP.count - 8
      webP.replaceSubrange(4..<8, with: (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) })
    } else {
      webP.replaceSubrange(24..<30, with: [0, 0, 0, 0, 0, 0])
    }
    #expect(failure(webP)?.description.contains("the WebP cannot be decoded") == true)
  }

  @Test("a JPEG of too many scans is refused")
  func tooManyScans() {
    let bytes = Goldens.bytes("progressive.jpg")
    #expect(failure(bytes, limits: DecodingLimits(maximumScans: 3)) == .tooManyScans(maximum: 3))
    #expect(failure(bytes, limits: DecodingLimits(maximumScans: 10)) == nil)
  }

  @Test(
    "a PNG whose image data go on behind its last row is refused before they are expanded",
    arguments: ["surplus.png", "surplus-interlaced.png"])
  func surplusImageData(_ file: String) {
    #expect(
      failure(Goldens.bytes(file))?.description
        == "the PNG cannot be decoded: there is image data behind the last row")
  }

  @Test("an animated WebP is refused by name")
  func animated() {
    #expect(failure(Goldens.bytes("animated.webp")) == .animated(format: .webp))
  }

  @Test("a damaged file's error names the format and the codec's reason")
  func codecMessages() {
    let jpeg = Goldens.bytes("grey.jpg")
    #expect(
      failure([UInt8](jpeg.prefix(jpeg.count / 2)))?.description
        == "the JPEG cannot be decoded: Premature end of JPEG file")
    var png = Goldens.bytes("rgb.png")
    png[png.count - 14] ^= 0xFF
    #expect(failure(png)?.description == "the PNG cannot be decoded: IDAT: CRC error")
    let webp = Goldens.bytes("lossy.webp")
    #expect(
      failure([UInt8](webp.prefix(webp.count / 2)))?.description == "the WebP cannot be decoded: the data end early")
  }
}
