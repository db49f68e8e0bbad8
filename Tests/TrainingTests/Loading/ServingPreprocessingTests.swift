import Foundation
import ImageInput
import TestSupport
import Testing

@testable import Training

/// Training must see what serving will see.
@Suite("Preprocessing is serving's, to the bit")
struct ServingPreprocessingTests {
  /// What a model of this preprocessing gets to see of an image that it is sent.
  private static func served(_ bytes: Data, _ preprocessing: Preprocessing) throws -> [Float] {
    try bytes.withUnsafeBytes { bytes in
      let header = try ImageHeader(reading: bytes)
      return values(try preprocessing.crops(of: bytes, header: header, jpegDecoding: .standard), preprocessing)
    }
  }

  private static func values(_ crops: ImageCrops, _ preprocessing: Preprocessing, crop: Int = 0) -> [Float] {
    var values = [Float](repeating: .nan, count: preprocessing.elementsPerCrop)
    values.withUnsafeMutableBufferPointer { crops.write(crop, into: $0) }
    return values
  }

  static let preprocessings: [Preprocessing] = {
    do {
      return try [
        .cifar(), .torchvisionImageNet(resize: 40, crop: 32), .efficientNetLite(32),
        // As LeNet-5's.
        Preprocessing(
          resize: .stretch(32), crop: .none, channelOrder: .grey, scale: 1 / 255, mean: [0.1307], std: [0.3081]),
        // Larger than the pictures: filled up with black.
        Preprocessing(
          resize: .none, crop: .center(PixelSize(width: 80, height: 50)), channelOrder: .bgr, scale: 0.7,
          mean: [1, 2, 3], std: [0.3, 0.6, 0.9]),
      ]
    } catch {
      fatalError("\(error)")
    }
  }()

  @Test("of images in files, the first time and from the cache", arguments: preprocessings.indices)
  func files(index: Int) throws {
    let preprocessing = Self.preprocessings[index]
    let folder = try TemporaryFolder()
    let names = [
      "baseline-420.jpg", "cmyk.jpg", "grey-16-bit.png", "grey.jpg", "lossless.webp", "orientation-6.jpg", "photo.jpg",
      "rgba.png",
    ]
    for name in names { try folder.copyImage(name, to: "a/\(name)") }
    let set = try folder.open().training
    for cacheBytes in [0, LoaderOptions.standardCacheBytes] {
      let preparation = try SamplePreparation(set, preprocessing: preprocessing, cacheBytes: cacheBytes)
      for sample in names.indices {
        let file = folder.url.appendingPathComponent("a/\(names[sample])")
        let expected = try Self.served(Data(contentsOf: file), preprocessing)
        for _ in 0..<2 { try #expect(preparation.sample(SampleDraw(sample: sample)) == expected, "\(names[sample])") }
      }
    }
  }

  @Test(
    "of stored images, resized or not, in colours and grey", arguments: preprocessings.indices,
    [
      RasterFormat(channels: 1, height: 28, width: 28), RasterFormat(channels: 3, height: 32, width: 32),
      RasterFormat(channels: 1, height: 32, width: 32),
    ])
  func stored(index: Int, format: RasterFormat) throws {
    let preprocessing = Self.preprocessings[index]
    let set = DataFixtures.stored(3, format)
    let preparation = try SamplePreparation(set, preprocessing: preprocessing)
    for sample in 0..<3 {
      let expected = Self.values(preprocessing.crops(of: set.image(sample)), preprocessing)
      for _ in 0..<2 { try #expect(preparation.sample(SampleDraw(sample: sample)) == expected) }
    }
  }

  @Test("where serving averages ten crops, of the one in the middle")
  func tenCrops() throws {
    let ten = Preprocessing.torchvisionImageNet(resize: 20, crop: 16).overriding(crop: .ten)
    let set = DataFixtures.stored(1, RasterFormat(channels: 3, height: 24, width: 31))
    let middle = Self.values(ten.crops(of: set.image(0)), ten, crop: 4)
    try #expect(SamplePreparation(set, preprocessing: ten).sample(SampleDraw(sample: 0)) == middle)
  }

  @Test("stored images that the network takes as they are are neither copied nor resized")
  func identity() throws {
    let grey = RasterFormat(channels: 1, height: 32, width: 32)
    let lenet = Self.preprocessings[3]
    #expect(lenet.keeps(grey))
    #expect(!lenet.keeps(RasterFormat(channels: 1, height: 28, width: 28)))
    #expect(!lenet.keeps(RasterFormat(channels: 3, height: 32, width: 32)))
    #expect(Preprocessing.cifar().keeps(RasterFormat(channels: 3, height: 32, width: 32)))
    let colours = RasterFormat(channels: 3, height: 28, width: 28)
    #expect(!Preprocessing.torchvisionImageNet(resize: 32, crop: 28).keeps(colours))
    // Its crop begins at the corner, but of a larger image.
    #expect(!Preprocessing.torchvisionImageNet(resize: 29, crop: 28).keeps(colours))
    #expect(Preprocessing.torchvisionImageNet(resize: 28, crop: 28).keeps(colours))
  }
}
