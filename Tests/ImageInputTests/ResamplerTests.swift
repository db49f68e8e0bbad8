import KernelsPortable
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
    let size = PixelSize(width: 133, height: 190)
    let resampler = Resampler(image: try Goldens.image("photo.jpg"), size: size, interpolation: interpolation)
    let whole = resampler.pixels(of: PixelRegion(x: 0, y: 0, width: size.width, height: size.height))
    for region in [
      PixelRegion(x: 20, y: 31, width: 44, height: 57), PixelRegion(x: 132, y: 0, width: 1, height: 190),
      PixelRegion(x: 0, y: 189, width: 133, height: 1),
    ] {
      let part = resampler.pixels(of: region)
      for (index, row) in region.rows.enumerated() {
        let first = (row * size.width + region.x) * 3
        let expected = whole[first..<first + region.width * 3]
        #expect(part[index * region.width * 3..<(index + 1) * region.width * 3] == expected, "row \(row) of \(region)")
      }
    }
  }

  /// Sizes at which vectors, groups and rows of four are left over or never begin.
  static let oddSizes: [PixelSize] = [
    1, 2, 5, 17, .init(width: 1, height: 3000), .init(width: 3000, height: 1), .init(width: 2, height: 65),
    .init(width: 65, height: 2), .init(width: 15, height: 3), .init(width: 16, height: 4), .init(width: 33, height: 7),
  ]

  @Test("every size to every size equals plain arithmetic", arguments: Interpolation.allCases, oddSizes)
  func equalsPlainArithmetic(_ interpolation: Interpolation, _ size: PixelSize) {
    let image = noise(size, seed: UInt64(size.width * 7919 + size.height))
    for target in Self.oddSizes where target.width * target.height * size.width * size.height < 2_000_000 {
      let resized = image.resized(to: target, interpolation: interpolation)
      let expected = plainlyResized(image, to: target, interpolation)
      #expect(largestDifference(resized, expected) == 0, "\(size) to \(target)")
    }
  }

  @Test("all instruction sets give the same pixels", arguments: Interpolation.allCases)
  func instructionSets(_ interpolation: Interpolation) {
    let region = PixelRegion(x: 3, y: 1, width: 50, height: 30)
    var resampler = Resampler(
      image: noise(PixelSize(width: 131, height: 57), seed: 1), size: 71, interpolation: interpolation)
    let fastest = resampler.pixels(of: region)
    resampler.kernels = .portable
    #expect(resampler.pixels(of: region) == fastest)
  }

  @Test("weights add up to one at every position", arguments: Interpolation.allCases, [1, 2, 7, 100, 1000])
  func weightsAddUp(_ interpolation: Interpolation, _ outputSize: Int) {
    for span in [PixelSpan(97), PixelSpan(start: 0, length: 96.125), PixelSpan(start: 0.875, length: 96.125)] {
      let weights = ResamplingWeights(
        inputSize: 97, span: span, outputSize: outputSize, outputs: 0..<outputSize, interpolation: interpolation)
      for output in 0..<outputSize {
        let sum = weights.weights[output * weights.stride..<(output + 1) * weights.stride].reduce(0, +)
        #expect(abs(Int(sum) - 1 << 22) <= weights.stride)
      }
    }
  }
}

/// A picture of random samples, the same for the same seed.
private func noise(_ size: PixelSize, seed: UInt64) -> PixelImage {
  var state = seed
  let pixels = (0..<size.width * size.height * 3).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 56)
  }
  return PixelImage(width: size.width, height: size.height, pixels: pixels)
}

/// Pillow's two passes, sample by sample: what the kernels are held against.
private func plainlyResized(_ image: PixelImage, to size: PixelSize, _ interpolation: Interpolation) -> PixelImage {
  func pass(_ samples: [UInt8], count: Int, from old: Int, to new: Int, index: (Int, Int, Int) -> Int) -> [UInt8] {
    let weights = ResamplingWeights(
      inputSize: old, span: PixelSpan(old), outputSize: new, outputs: 0..<new, interpolation: interpolation)
    var result = [UInt8](repeating: 0, count: count * new * 3)
    for line in 0..<count {
      for position in 0..<new {
        for channel in 0..<3 {
          var sum: Int64 = 1 << 21
          for tap in 0..<weights.counts[position] {
            let sample = samples[index(line, weights.starts[position] + tap, old) * 3 + channel]
            sum += Int64(sample) * Int64(weights.weights[position * weights.stride + tap])
          }
          result[index(line, position, new) * 3 + channel] = UInt8(max(0, min(255, sum >> 22)))
        }
      }
    }
    return result
  }
  let rows = pass(image.pixels, count: image.height, from: image.width, to: size.width) { $0 * $2 + $1 }
  let pixels = pass(rows, count: size.width, from: image.height, to: size.height) { line, position, _ in
    position * size.width + line
  }
  return PixelImage(width: size.width, height: size.height, pixels: pixels)
}
