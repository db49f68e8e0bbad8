import Foundation
import ImageInput
import Testing

@testable import Adaptation

@Suite struct ThumbnailTests {
  private static func gradient(_ width: Int, _ height: Int) -> PixelImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width { pixels += [UInt8(x * 255 / width), UInt8(y * 255 / height), 128] }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  @Test(
    "the longer side is at most 160 pixels, and a smaller picture keeps its size",
    arguments: [
      (320, 240, 160, 120), (240, 320, 120, 160), (161, 1, 160, 1), (1, 4000, 1, 160), (16, 9, 16, 9), (1, 1, 1, 1),
    ])
  func sizes(width: Int, height: Int, smallWidth: Int, smallHeight: Int) throws {
    let bytes = try ThumbnailEncoder.jpeg(of: Self.gradient(width, height))
    let decoded = try ImageDecoder.decode(bytes)
    #expect(decoded.size == PixelSize(width: smallWidth, height: smallHeight))
  }

  @Test("colours survive, and the same picture gives the same bytes")
  func colours() throws {
    let image = Self.gradient(160, 120)
    let bytes = try ThumbnailEncoder.jpeg(of: image)
    #expect(bytes == (try ThumbnailEncoder.jpeg(of: image)))
    let decoded = try ImageDecoder.decode(bytes)
    let error = zip(decoded.pixels, image.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(Double(error) / Double(image.pixels.count) < 3)
  }

  @Test("noise at the best quality, which is the largest of files, has room")
  func noise() throws {
    var generator = SystemRandomNumberGenerator()
    let pixels = (0..<(160 * 159 * 3)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let image = PixelImage(width: 160, height: 159, pixels: pixels)
    let best = try ThumbnailEncoder.jpeg(of: image, quality: 100)
    #expect(try best.count > ThumbnailEncoder.jpeg(of: image, quality: 30).count)
    #expect(try ImageDecoder.decode(best).size == image.size)
  }
}
