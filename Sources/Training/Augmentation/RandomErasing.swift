import Glibc

/// Sets a rectangle of random place, area and proportions to 0: Zhong et al., Random Erasing Data Augmentation, 2017,
/// algorithm 1, as torchvision's `RandomErasing`.
///
/// The rectangle is erased after normalising, as in torchvision, so 0 is the mean that the preprocessing subtracts.
/// If ten drawn rectangles do not fit into the image, nothing is erased.
public struct RandomErasing: AugmentationPart {
  /// The probability that an image is erased in an epoch, 0 to 1.
  public var probability: Double
  /// The area of the rectangle as a part of the image's area, drawn uniformly.
  public var area: ClosedRange<Double>
  /// The height of the rectangle divided by its width, drawn uniformly on a logarithmic scale.
  public var ratio: ClosedRange<Double>

  /// The default of torchvision for `area`.
  public static let standardArea = 0.02...0.33
  /// The default of torchvision for `ratio`.
  public static let standardRatio = 0.3...3.3

  /// An erasing of the given ranges, with torchvision's defaults.
  public init(
    probability: Double = 0.5, area: ClosedRange<Double> = RandomErasing.standardArea,
    ratio: ClosedRange<Double> = RandomErasing.standardRatio
  ) {
    self.probability = probability
    self.area = area
    self.ratio = ratio
  }

  static let name = "erase"
  static let accepted = "erase[:probability 0..1 = 0.5[:area 0..1 = 0.02..0.33[:ratio 0.1..10 = 0.3..3.3]]]"

  init(entry: String) throws(AugmentationError) {
    var parameters = AugmentationParameters(entry, accepted: Self.accepted)
    probability = try parameters.number("probability", in: 0...1, default: 0.5)
    area = try parameters.range("area", in: 0...1, default: Self.standardArea)
    ratio = try parameters.range("ratio", in: 0.1...10, default: Self.standardRatio)
    try parameters.finish()
  }

  /// The entry of an augmentation list, such as `erase:0.25`.
  public var description: String {
    AugmentationParameters.text(
      Self.name,
      [
        (SettingText.text(probability), probability == 0.5),
        (AugmentationParameters.text(area), area == Self.standardArea),
        (AugmentationParameters.text(ratio), ratio == Self.standardRatio),
      ])
  }

  /// Rows and columns of the erased rectangle; `nil` if the image is not erased, or ten rectangles did not fit.
  func rectangle(
    _ format: RasterFormat, _ draw: SampleDraw, seed: UInt64
  ) -> (rows: Range<Int>, columns: Range<Int>)? {
    var generator = draw.generator(seed: seed, .erasing)
    guard generator.bool(probability: probability) else { return nil }
    for _ in 0..<10 {
      let target = Double(format.planeSize) * generator.uniform(in: area)
      let proportion = exp(generator.uniform(in: log(ratio.lowerBound)...log(ratio.upperBound)))
      let height = Int((target * proportion).squareRoot().rounded(.toNearestOrEven))
      let width = Int((target / proportion).squareRoot().rounded(.toNearestOrEven))
      guard height < format.height, width < format.width else { continue }
      let y = generator.integer(below: format.height - height + 1)
      let x = generator.integer(below: format.width - width + 1)
      return (y..<y + height, x..<x + width)
    }
    return nil
  }

  /// Erases in all planes of a normalised image, `[channels][height][width]`.
  func apply(
    to planes: UnsafeMutablePointer<Float>, _ format: RasterFormat, _ draw: SampleDraw, seed: UInt64
  ) {
    guard let (rows, columns) = rectangle(format, draw, seed: seed) else { return }
    for channel in 0..<format.channels {
      for row in rows {
        (planes + channel * format.planeSize + row * format.width + columns.lowerBound)
          .update(repeating: 0, count: columns.count)
      }
    }
  }
}
