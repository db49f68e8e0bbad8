import Testing

@testable import ImageInput

@Suite("JPEGs decoded row by row")
struct JPEGRowsTests {
  private static let files = [
    "photo.jpg", "baseline-420.jpg", "baseline-422.jpg", "baseline-444.jpg", "progressive.jpg", "grey.jpg",
    "restart.jpg", "cmyk.jpg", "ycck.jpg", "adobe-rgb.jpg",
  ]

  private static let crops: [(Resize, Crop)] = [
    (.shorterSide(40), .center(PixelSize(24))), (.shorterSide(64), .center(PixelSize(8))),
    (.shorterSide(32), .ten(PixelSize(28))), (.stretch(PixelSize(width: 19, height: 31)), .none),
    (.shorterSide(300), .center(PixelSize(16))), (.shorterSide(20), .center(PixelSize(60))),
  ]

  @Test(
    "the network's input is that of the whole picture decoded first, bit for bit", arguments: files,
    crops.indices.map { $0 })
  func equalsWhole(_ file: String, _ index: Int) throws {
    let (resize, crop) = Self.crops[index]
    for interpolation in Interpolation.allCases {
      for decoding in [JPEGDecoding.exact, .scaled] {
        let preprocessing = try Preprocessing(
          resize: resize, interpolation: interpolation, crop: crop, scale: 1, mean: [0, 0, 0], std: [1, 1, 1])
        try Goldens.bytes(file).withUnsafeBytes { bytes in
          let header = try ImageHeader(reading: bytes)
          let whole = preprocessing.crops(of: try preprocessing.decode(bytes, header: header, jpegDecoding: decoding))
          let byRow = try preprocessing.crops(of: bytes, header: header, jpegDecoding: decoding)
          #expect(byRow.originalSize == whole.originalSize)
          for crop in 0..<preprocessing.cropCount {
            #expect(input(byRow, crop, preprocessing) == input(whole, crop, preprocessing), "\(decoding), crop \(crop)")
          }
        }
      }
    }
  }

  private func input(_ crops: ImageCrops, _ index: Int, _ preprocessing: Preprocessing) -> [Float] {
    var floats = [Float](repeating: .nan, count: preprocessing.elementsPerCrop)
    floats.withUnsafeMutableBufferPointer { crops.write(index, into: $0) }
    return floats
  }

  @Test("a picture that is cut off below what a crop needs is refused", arguments: ["photo.jpg", "progressive.jpg"])
  func cutOff(_ file: String) throws {
    let preprocessing = try Preprocessing(
      resize: .shorterSide(64), crop: .center(PixelSize(8)), scale: 1, mean: [0, 0, 0], std: [1, 1, 1])
    let bytes = Goldens.bytes(file)
    #expect(throws: ImageError.self) {
      try bytes.prefix(bytes.count * 19 / 20).withUnsafeBytes {
        _ = try preprocessing.crops(of: $0, header: ImageHeader(reading: $0), jpegDecoding: .exact)
      }
    }
  }
}
