public import Foundation
import ImageInput

/// A picture small enough to be kept of every image: what near-duplicates are recognised by.
///
/// The whole picture is stretched to a square; the sides' ratio is kept elsewhere.
public struct Thumbnail: Codable, Hashable, Sendable {
  /// Luma, `side x side`, a byte each.
  public var luma: Data
  /// Blue and red differences as JPEG has them, 128 for none: two planes of `colourSide x colourSide`.
  public var colours: Data

  static let side = 48
  static let colourSide = 12

  init(_ image: PixelImage) {
    let small = image.resized(to: PixelSize(Self.side), interpolation: .bilinear)
    let plane = Plane(lumaOf: small)
    luma = Data(plane.samples.map(Self.byte))
    colours = Self.colours(small, plane)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    luma = try container.decode(Data.self, forKey: .luma)
    colours = try container.decode(Data.self, forKey: .colours)
    guard luma.count == Self.side * Self.side, colours.count == 2 * Self.colourSide * Self.colourSide else {
      throw DecodingError.dataCorruptedError(
        forKey: .luma, in: container, debugDescription: "a thumbnail of another size")
    }
  }

  /// Means over squares of 4 x 4: colours of JPEGs are half as fine as their luma, and noisier.
  private static func colours(_ image: PixelImage, _ luma: Plane) -> Data {
    let scale = side / colourSide
    var sums = [Float](repeating: 0, count: 2 * colourSide * colourSide)
    for place in luma.samples.indices {
      let target = place / side / scale * colourSide + place % side / scale
      sums[target] += 0.564 * (Float(image.pixels[place * 3 + 2]) - luma.samples[place])
      sums[colourSide * colourSide + target] += 0.713 * (Float(image.pixels[place * 3]) - luma.samples[place])
    }
    return Data(sums.map { byte($0 / Float(scale * scale) + 128) })
  }

  private static func byte(_ sample: Float) -> UInt8 { UInt8(min(max(sample, 0), 255) + 0.5) }
}
