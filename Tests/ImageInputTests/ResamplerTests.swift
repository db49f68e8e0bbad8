import Testing

@testable import ImageInput

@Suite("Resizing")
struct ResamplerTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let interpolation: Interpolation
    let width: Int
    let height: Int
    let crc32: UInt32
    var testDescription: String { "\(interpolation) to \(width) x \(height)" }
  }

  static let goldens: [Golden] = Goldens.json("resizing.json")

  @Test("a photo resized to any size equals Pillow's bit for bit", arguments: goldens)
  func equalsPillow(_ golden: Golden) throws {
    let size = PixelSize(width: golden.width, height: golden.height)
    let resized = try Goldens.image("photo.jpg").resized(to: size, interpolation: golden.interpolation)
    #expect(crc32(resized.pixels) == golden.crc32, Goldens.remedy)
  }

  @Test(
    "no sample is more than one level from Pillow's",
    arguments: [
      (Interpolation.bicubic, PixelSize(width: 100, height: 67)), (.bilinear, PixelSize(width: 97, height: 160)),
    ])
  func closeToPillow(_ interpolation: Interpolation, _ size: PixelSize) throws {
    let expected = try Goldens.image("expected/resized-\(interpolation)-\(size.width)x\(size.height).png")
    let resized = try Goldens.image("photo.jpg").resized(to: size, interpolation: interpolation)
    let difference = try #require(largestDifference(resized, expected))
    #expect(difference <= 1)
  }

  @Test("the same size gives the same picture", arguments: Interpolation.allCases)
  func identity(_ interpolation: Interpolation) throws {
    let photo = try Goldens.image("photo.jpg")
    #expect(photo.resized(to: photo.size, interpolation: interpolation) == photo)
  }

  @Test("a region equals the same part of the whole", arguments: Interpolation.allCases)
  func region(_ interpolation: Interpolation) throws {
    let photo = Raster(try Goldens.image("photo.jpg"))
    let size = PixelSize(width: 133, height: 190)
    let everything = PixelRegion(x: 0, y: 0, width: size.width, height: size.height)
    let region = PixelRegion(x: 20, y: 31, width: 44, height: 57)
    let whole = Resampler.resample(photo, to: size, region: everything, interpolation: interpolation)
    let part = Resampler.resample(photo, to: size, region: region, interpolation: interpolation)
    for (index, row) in region.rows.enumerated() {
      let expected = whole.samples[
        (row * size.width + region.x) * 3..<(row * size.width + region.columns.upperBound) * 3]
      #expect(part.samples[index * region.width * 3..<(index + 1) * region.width * 3] == expected)
    }
  }

  @Test("weights add up to one at every position", arguments: Interpolation.allCases, [1, 2, 7, 100, 1000])
  func weightsAddUp(_ interpolation: Interpolation, _ outputSize: Int) {
    let weights = ResamplingWeights(
      inputSize: 97, outputSize: outputSize, outputs: 0..<outputSize, interpolation: interpolation)
    for output in 0..<outputSize {
      let sum = weights.weights[output * weights.stride..<(output + 1) * weights.stride].reduce(0, +)
      #expect(abs(Int(sum) - 1 << 22) <= weights.stride)
    }
  }
}
