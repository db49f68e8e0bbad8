import ImageInput
import Testing

@Suite("PNG files that are written")
struct PNGEncoderTests {
  @Test("hold the pixels that they were given", arguments: [(1, 1), (7, 3), (300, 211)])
  func roundTrip(width: Int, height: Int) throws {
    let pixels = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let file = PNGEncoder.encode(width: width, height: height, pixels: pixels)
    #expect(try ImageDecoder.decode(file) == PixelImage(width: width, height: height, pixels: pixels))
    #expect(PNGEncoder.encode(width: width, height: height, pixels: pixels) == file)
  }
}
