import Glibc

/// Rotates an image around its centre by a random angle: torchvision's `RandomRotation` with bilinear interpolation.
/// Corners that come into view are black.
public struct RandomRotation: AugmentationPart {
  /// The largest angle in either direction, 0 to 180 degrees. The angle is drawn uniformly.
  public var degrees: Double

  /// A rotation by at most the given angle in degrees.
  public init(degrees: Double) {
    self.degrees = degrees
  }

  static let name = "rotate"
  static let accepted = "rotate:degrees 0..180"

  init(entry: String) throws(AugmentationError) {
    var parameters = AugmentationParameters(entry, accepted: Self.accepted)
    degrees = try parameters.number("degrees", in: 0...180)
    try parameters.finish()
  }

  /// The entry of an augmentation list, such as `rotate:10`.
  public var description: String { AugmentationParameters.text(Self.name, [(SettingText.text(degrees), false)]) }

  /// In degrees, counter-clockwise.
  func angle(_ draw: SampleDraw, seed: UInt64) -> Double {
    var generator = draw.generator(seed: seed, .rotation)
    return generator.uniform(in: -degrees...degrees)
  }

  /// Writes the planes of `source`, rotated by an angle. The values equal those of Pillow's `Image.rotate`.
  static func rotate(
    _ source: UnsafePointer<UInt8>, _ format: RasterFormat, degrees: Double, into target: UnsafeMutablePointer<UInt8>
  ) {
    let turn = Turn(degrees: degrees, format)
    for y in 0..<format.height {
      for x in 0..<format.width {
        let place = y * format.width + x
        guard let corner = turn.source(x, y) else {
          for channel in 0..<format.channels { target[channel * format.planeSize + place] = 0 }
          continue
        }
        for channel in 0..<format.channels {
          let plane = channel * format.planeSize
          target[plane + place] = corner.value(source + plane)
        }
      }
    }
  }
}

/// Where the pixels of a turned image come from: `Image.rotate` and the affine transform of Pillow's `Geometry.c`.
private struct Turn {
  private let format: RasterFormat
  private let cosine: Double
  private let sine: Double
  /// What is added so that the middle stays where it is.
  private let x: Double
  private let y: Double

  init(degrees: Double, _ format: RasterFormat) {
    self.format = format
    // Pillow and Python's `math.radians` compute it in this way. The rounding keeps right angles exact.
    let positive = degrees < 0 ? degrees + 360 : degrees
    let radians = -(positive * (Double.pi / 180))
    cosine = Self.rounded(cos(radians))
    sine = Self.rounded(sin(radians))
    let (middleX, middleY) = (Double(format.width) / 2, Double(format.height) / 2)
    x = cosine * -middleX + sine * -middleY + middleX
    y = -sine * -middleX + cosine * -middleY + middleY
  }

  /// To 15 decimals of the exact value: the product has an error, which decides near the middle between two.
  private static func rounded(_ value: Double) -> Double {
    let product = value * 1e15
    let whole = product.rounded(.toNearestOrEven)
    let rest = product - whole + (-product).addingProduct(value, 1e15)
    return (rest > 0.5 ? whole + 1 : rest < -0.5 ? whole - 1 : whole) / 1e15
  }

  /// The four pixels around the place that is moved to (x, y); `nil` if it lies outside the image.
  func source(_ column: Int, _ row: Int) -> Corner? {
    let (outX, outY) = (Double(column) + 0.5, Double(row) + 0.5)
    let inX = cosine * outX + sine * outY + x
    let inY = -sine * outX + cosine * outY + y
    guard inX >= 0, inX < Double(format.width), inY >= 0, inY < Double(format.height) else { return nil }
    return Corner(x: inX - 0.5, y: inY - 0.5, format)
  }
}

/// The four pixels around a place, and how much of each it shows.
private struct Corner {
  private let top: Int
  private let bottom: Int
  private let left: Int
  private let right: Int
  private let fractionX: Double
  private let fractionY: Double

  /// Pixels beyond the edge are those at the edge.
  init(x: Double, y: Double, _ format: RasterFormat) {
    let (firstX, firstY) = (x.rounded(.down), y.rounded(.down))
    fractionX = x - firstX
    fractionY = y - firstY
    let (column, row) = (Int(firstX), Int(firstY))
    left = min(max(column, 0), format.width - 1)
    right = min(max(column + 1, 0), format.width - 1)
    top = min(max(row, 0), format.height - 1) * format.width
    bottom = min(max(row + 1, 0), format.height - 1) * format.width
  }

  /// Without rounding up, as Pillow's `bilinear_filter8`.
  func value(_ plane: UnsafePointer<UInt8>) -> UInt8 {
    let upper = Self.between(plane[top + left], plane[top + right], fractionX)
    let lower = Self.between(plane[bottom + left], plane[bottom + right], fractionX)
    return UInt8(upper + (lower - upper) * fractionY)
  }

  private static func between(_ first: UInt8, _ second: UInt8, _ fraction: Double) -> Double {
    Double(first) + Double(Int(second) - Int(first)) * fraction
  }
}
