import Testing

@testable import ImageInput

@Suite("JPEGs decoded at a reduced size")
struct JPEGReductionTests {
  @Test(
    "the smallest fast part that is still large enough is taken",
    arguments: [
      (PixelSize(width: 451, height: 300), PixelSize(width: 384, height: 256), 8),
      (PixelSize(width: 767, height: 512), PixelSize(width: 384, height: 256), 8),
      (PixelSize(width: 768, height: 512), PixelSize(width: 384, height: 256), 4),
      (PixelSize(width: 1804, height: 1200), PixelSize(width: 384, height: 256), 2),
      (PixelSize(width: 4032, height: 3024), PixelSize(width: 341, height: 256), 1),
      (PixelSize(width: 40_000, height: 30_000), PixelSize(width: 32, height: 32), 1),
      (PixelSize(width: 5000, height: 224), PixelSize(width: 224, height: 224), 8),
      (PixelSize(width: 5000, height: 1), PixelSize(width: 2, height: 1), 8),
      (PixelSize(width: 7, height: 7), PixelSize(width: 1, height: 1), 8),
      (PixelSize(width: 8, height: 8), PixelSize(width: 1, height: 1), 1),
    ])
  func choice(_ stored: PixelSize, _ needed: PixelSize, _ eighths: Int) {
    #expect(JPEGReduction(stored: stored, needed: needed).eighths == eighths)
  }

  @Test("no reduction leaves less than is needed, nor a larger one enough")
  func neverTooSmall() {
    for width in stride(from: 1, to: 700, by: 13) {
      for height in stride(from: 1, to: 700, by: 17) {
        for side in [1, 3, 32, 64, 100] {
          let stored = PixelSize(width: width, height: height)
          let needed = Resize.shorterSide(side).size(of: stored)
          let reduction = JPEGReduction(stored: stored, needed: needed)
          guard reduction.eighths < 8 else { continue }
          let size = reduction.size(of: stored)
          #expect(size.width >= needed.width && size.height >= needed.height, "\(stored) for \(needed)")
          #expect(reduction.span(of: width).length >= Double(needed.width), "\(stored) for \(needed)")
          #expect(reduction.span(of: height).length >= Double(needed.height), "\(stored) for \(needed)")
        }
      }
    }
  }

  private func preprocessing(_ side: Int) throws -> Preprocessing {
    try Preprocessing(resize: .stretch(PixelSize(side)), crop: .none, scale: 1, mean: [0, 0, 0], std: [1, 1, 1])
  }

  private func decode(_ file: String, _ preprocessing: Preprocessing, _ decoding: JPEGDecoding) throws -> PixelImage {
    try Goldens.bytes(file).withUnsafeBytes {
      try preprocessing.decode($0, header: ImageHeader(reading: $0), jpegDecoding: decoding)
    }
  }

  private func input(_ image: PixelImage, _ preprocessing: Preprocessing) -> [Float] {
    var floats = [Float](repeating: .nan, count: preprocessing.elementsPerCrop)
    floats.withUnsafeMutableBufferPointer { preprocessing.crops(of: image).write(0, into: $0) }
    return floats
  }

  private static let files = [
    "photo.jpg", "baseline-420.jpg", "baseline-422.jpg", "baseline-444.jpg", "progressive.jpg", "grey.jpg",
    "restart.jpg", "cmyk.jpg", "ycck.jpg", "adobe-rgb.jpg",
  ]

  @Test("the network's input stays near that of the exact pixels", arguments: files, [5, 7, 11, 13, 20])
  func agreement(_ file: String, _ side: Int) throws {
    let preprocessing = try preprocessing(side)
    let exact = try decode(file, preprocessing, .exact)
    let scaled = try decode(file, preprocessing, .scaled)
    #expect(scaled.originalSize == exact.size)
    #expect(scaled.width < exact.width && scaled.height < exact.height)
    #expect(scaled.width >= side && scaled.height >= side)
    let differences = zip(input(exact, preprocessing), input(scaled, preprocessing)).map { abs($0 - $1) }
    // In levels of 256. A block's lowest frequencies are a sharper filter than the triangle.
    #expect(differences.reduce(0, +) / Float(differences.count) < 3, "mean")
    #expect(differences.max()! < 30, "largest")
  }

  @Test("a reduced picture is turned upright, and does not move", arguments: 1...8)
  func orientation(_ number: Int) throws {
    let preprocessing = try preprocessing(4)
    let exact = try decode("orientation-\(number).jpg", preprocessing, .exact)
    let scaled = try decode("orientation-\(number).jpg", preprocessing, .scaled)
    #expect(scaled.originalSize == exact.size)
    #expect(scaled.size != exact.size)
    let differences = zip(input(exact, preprocessing), input(scaled, preprocessing)).map { abs($0 - $1) }
    #expect(differences.max()! < 8)
  }

  @Test("a picture that ends inside a reduced pixel ends there in every orientation", arguments: Orientation.allCases)
  func spans(_ orientation: Orientation) {
    // 13 x 9 at 1/2 is 6.5 x 4.5 on a grid of 7 x 5.
    let stored = PixelImage(
      width: 7, height: 5, pixels: [UInt8](repeating: 0, count: 105), originalSize: PixelSize(width: 13, height: 9),
      horizontalSpan: PixelSpan(start: 0, length: 6.5), verticalSpan: PixelSpan(start: 0, length: 4.5))
    let upright = stored.upright(from: orientation)
    let isMirrored = [.topRight, .bottomRight, .rightTop, .rightBottom].contains(orientation)
    let isUpsideDown = [.bottomRight, .bottomLeft, .rightBottom, .leftBottom].contains(orientation)
    #expect(upright.horizontalSpan.start == (isMirrored ? 0.5 : 0))
    #expect(upright.verticalSpan.start == (isUpsideDown ? 0.5 : 0))
    #expect(upright.horizontalSpan.length == (orientation.swapsSides ? 4.5 : 6.5))
    #expect(upright.originalSize.width == (orientation.swapsSides ? 9 : 13))
  }

  @Test("PNG and WebP are decoded whole", arguments: ["rgb.png", "lossy.webp"])
  func otherFormats(_ file: String) throws {
    let preprocessing = try preprocessing(4)
    #expect(try decode(file, preprocessing, .scaled) == decode(file, preprocessing, .exact))
  }

  @Test("limits hold for the size as encoded")
  func limits() throws {
    let limits = DecodingLimits(maximumPixels: 240 * 160 - 1)
    #expect(throws: ImageError.tooManyPixels(format: .jpeg, width: 240, height: 160, maximum: 240 * 160 - 1)) {
      try Goldens.bytes("photo.jpg").withUnsafeBytes {
        try ImageHeader(reading: $0, within: limits)
      }
    }
  }

  @Test("a JPEG that is cut off is refused at a reduced size too", arguments: ["photo.jpg", "progressive.jpg"])
  func prefixes(_ file: String) throws {
    let preprocessing = try preprocessing(4)
    let bytes = Goldens.bytes(file)
    for count in stride(from: 0, to: bytes.count, by: 37) {
      #expect(throws: ImageError.self, "the first \(count) bytes") {
        try bytes.prefix(count).withUnsafeBytes {
          try preprocessing.decode($0, header: ImageHeader(reading: $0), jpegDecoding: .scaled)
        }
      }
    }
  }
}
