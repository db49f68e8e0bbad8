import ImageInput
import Testing
import Training

@testable import Adaptation

@Suite struct FindingTests {
  private typealias Kind = DataAudit.Finding.Kind

  @Test(
    "ordinary photos are not accused",
    arguments: ["chelsea.jpg", "coffee.jpg", "astronaut.jpg", "rocket.jpg", "apple.png"])
  func ordinary(name: String) throws {
    let picture = try #require(AuditFixtures.facts(name).picture)
    #expect(FindingRules.findings(picture, usualSide: 160).isEmpty)
  }

  @Test(
    "a value on either side of a limit decides",
    arguments: [
      (0.021, 0.5, 0.3, 0.7, 100, []), (0.019, 0.5, 0.3, 0.7, 100, [.blank]),
      (0.05, 0.1, 0, 0.34, 100, [.dark]), (0.05, 0.1, 0, 0.36, 100, []), (0.1, 0.21, 0, 0.34, 100, []),
      (0.05, 0.95, 0.81, 1, 100, [.bright]), (0.05, 0.95, 0.79, 1, 100, []), (0.2, 0.95, 0.81, 1, 100, []),
      (0.2, 0.5, 0.3, 0.7, 24.9, [.blurred]), (0.2, 0.5, 0.3, 0.7, 25.1, []),
      // One cause is told of, not its consequences.
      (0.01, 0.05, 0, 0.1, 1, [.blank]), (0.05, 0.05, 0, 0.1, 1, [.dark]),
    ] as [(Double, Double, Double, Double, Double, [DataAudit.Finding.Kind])])
  func limits(
    contrast: Double, brightness: Double, shadows: Double, highlights: Double, sharpness: Double,
    expected: [DataAudit.Finding.Kind]
  ) {
    let light = Light(brightness: brightness, contrast: contrast, shadows: shadows, highlights: highlights)
    #expect(Self.kinds(width: 100, height: 100, light: light, sharpness: sharpness) == expected)
  }

  @Test(
    "small and narrow pictures stand out, unless all are small",
    arguments: [
      (31, 40, 100, [.tiny]), (32, 40, 100, []), (28, 28, 28, []), (300, 100, 100, []), (301, 100, 100, [.elongated]),
      (100, 301, 100, [.elongated]), (10, 100, 100, [.tiny, .elongated]),
    ] as [(Int, Int, Int, [DataAudit.Finding.Kind])])
  func sizes(width: Int, height: Int, usual: Int, expected: [DataAudit.Finding.Kind]) {
    #expect(Self.kinds(width: width, height: height, usual: usual) == expected)
  }

  @Test("a photo that is darkened, burnt out, blurred or covered is accused of just that")
  func spoilt() throws {
    let photo = try AuditFixtures.photo("coffee.jpg").image(0)
    #expect(try Self.kinds(photo.mapped { $0 / 6 }) == [.dark])
    #expect(try Self.kinds(photo.mapped { 225 + $0 / 8 }) == [.bright])
    #expect(try Self.kinds(photo.mapped { 100 + $0 / 60 }) == [.blank])
    let small = photo.resized(
      to: PixelSize(width: photo.width / 12, height: photo.height / 12), interpolation: .bilinear)
    #expect(try Self.kinds(small.resized(to: photo.size, interpolation: .bicubic)) == [.blurred])
    // A sharp subject before a blurred background is a sharp picture.
    let blurred = small.resized(to: photo.size, interpolation: .bicubic)
    let half = zip(photo.pixels, blurred.pixels).enumerated().map { index, pair in
      index / 3 % photo.width < photo.width / 3 ? pair.0 : pair.1
    }
    #expect(try Self.kinds(PixelImage(width: photo.width, height: photo.height, pixels: half)) == [])
  }

  private static func kinds(_ image: PixelImage) throws -> [DataAudit.Finding.Kind] {
    try FindingRules.findings(#require(AuditFixtures.facts(image).picture), usualSide: 160).map(\.kind)
  }

  private static func kinds(
    width: Int, height: Int, usual: Int = 100,
    light: Light = Light(brightness: 0.5, contrast: 0.2, shadows: 0.2, highlights: 0.9), sharpness: Double = 500
  ) -> [DataAudit.Finding.Kind] {
    let thumbnail = AuditFixtures.facts(AuditFixtures.grey(width: 4, height: 4) { x, _ in x }).picture!.thumbnail
    let picture = PhotoFacts.Picture(
      width: width, height: height, light: light, sharpness: sharpness, thumbnail: thumbnail)
    return FindingRules.findings(picture, usualSide: usual).map(\.kind)
  }
}

extension PixelImage {
  fileprivate func mapped(_ change: (Int) -> Int) -> PixelImage {
    PixelImage(width: width, height: height, pixels: pixels.map { UInt8(clamping: change(Int($0))) })
  }
}
