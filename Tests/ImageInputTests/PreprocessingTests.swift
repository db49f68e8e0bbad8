import Testing

@testable import ImageInput

@Suite("Preprocessing")
struct PreprocessingTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let preprocessing: Preprocessing
    let count: Int
    let sum: Double
    let every997th: [Float]
    var testDescription: String { "\(preprocessing.resize), \(preprocessing.crop), \(preprocessing.channelOrder)" }
  }

  static let goldens: [Golden] = Goldens.json("preprocessing.json")

  private func allCrops(_ preprocessing: Preprocessing, of image: PixelImage) -> [Float] {
    var floats = [Float](repeating: .nan, count: preprocessing.cropCount * preprocessing.elementsPerCrop)
    let crops = preprocessing.crops(of: image)
    for index in 0..<crops.count {
      floats[index * preprocessing.elementsPerCrop..<(index + 1) * preprocessing.elementsPerCrop]
        .withUnsafeMutableBufferPointer { crops.write(index, into: $0) }
    }
    return floats
  }

  @Test("the network's input is torchvision's", arguments: goldens)
  func equalsTorchvision(_ golden: Golden) throws {
    let input = allCrops(golden.preprocessing, of: try Goldens.image(golden.file))
    #expect(input.count == golden.count)
    let sample = stride(from: 0, to: input.count, by: 997).map { input[$0] }
    // Levels are at least 1/255 / 0.3081 apart: a difference below a thousandth is rounding of floats.
    for (index, (ours, theirs)) in zip(sample, golden.every997th).enumerated() {
      #expect(abs(ours - theirs) < 1e-5, "float \(index * 997). \(Goldens.remedy)")
    }
    #expect(abs(input.reduce(0) { $0 + Double($1) } - golden.sum) < 0.1)
  }

  @Test("ten crops are parts of the resized picture, plain and mirrored")
  func tenCrops() throws {
    let photo = try Goldens.image("photo.jpg")
    let ten = try Preprocessing(
      resize: .shorterSide(64), crop: .ten(PixelSize(width: 50, height: 41)), scale: 1, mean: [0, 0, 0], std: [1, 1, 1])
    let (size, placements) = ten.placements(for: photo.size)
    let resized = photo.resized(to: size, interpolation: ten.interpolation)
    let expected = placements.flatMap { crop in
      (0..<3).flatMap { channel in
        crop.region.rows.flatMap { y in
          let row = crop.region.columns.map { Float(resized.pixels[(y * size.width + $0) * 3 + channel]) }
          return crop.isMirrored ? row.reversed() : row
        }
      }
    }
    #expect(allCrops(ten, of: photo) == expected)
  }

  @Test("the last five crops mirror corners of the mirrored picture")
  func tenCropPlacements() {
    let ten = Preprocessing.torchvisionImageNet().overriding(crop: .ten)
    let (resized, crops) = ten.placements(for: PixelSize(width: 640, height: 480))
    #expect(resized == PixelSize(width: 341, height: 256))
    #expect(crops.map(\.region.x) == [0, 117, 0, 117, 58, 117, 0, 117, 0, 59])
    #expect(crops.map(\.region.y) == [0, 0, 32, 32, 16, 0, 0, 32, 32, 16])
    #expect(crops.map(\.isMirrored) == [Bool](repeating: false, count: 5) + [Bool](repeating: true, count: 5))
  }

  @Test(
    "a very long picture costs no more than its crop",
    arguments: [CropMode.center, .stretch, .ten],
    [PixelSize(width: 1, height: 50_000), PixelSize(width: 50_000, height: 1)])
  func extremeProportions(_ mode: CropMode, _ size: PixelSize) {
    let image = PixelImage(
      width: size.width, height: size.height, pixels: [UInt8](repeating: 255, count: size.width * size.height * 3))
    let preprocessing = Preprocessing.cifar().overriding(crop: mode)
    #expect(allCrops(preprocessing, of: image).allSatisfy { $0 == 127.0 / 128 })
  }

  @Test("a picture smaller than its crop is surrounded with black", arguments: [CropMode.center, .ten])
  func padding(_ mode: CropMode) throws {
    let plain = try Preprocessing(
      resize: .none, crop: .center(4), channelOrder: .grey, scale: 1, mean: [0], std: [1])
    let image = PixelImage(width: 1, height: 1, pixels: [200, 200, 200])
    let preprocessing = plain.overriding(crop: mode)
    let center = 4 % preprocessing.cropCount
    let input = allCrops(preprocessing, of: image)[center * 16..<(center + 1) * 16]
    #expect(input == [0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test("a request's crop keeps the input's size")
  func overriding() {
    let imageNet = Preprocessing.torchvisionImageNet()
    #expect(imageNet.overriding(crop: .center) == imageNet)
    #expect(imageNet.overriding(crop: .ten).resize == .shorterSide(256))
    #expect(imageNet.overriding(crop: .ten).crop == .ten(224))
    #expect(imageNet.overriding(crop: .stretch).resize == .stretch(224))
    let cifar = Preprocessing.cifar()
    #expect(cifar.overriding(crop: .stretch) == cifar)
    #expect(cifar.overriding(crop: .center).resize == .shorterSide(32))
    #expect(cifar.overriding(crop: .ten).resize == .shorterSide(36))
    for mode in CropMode.allCases { #expect(cifar.overriding(crop: mode).inputSize == 32) }
  }
}
