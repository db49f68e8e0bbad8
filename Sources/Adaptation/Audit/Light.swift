/// How light is spread over a picture: luma from 0, black, to 1, white.
public struct Light: Codable, Hashable, Sendable {
  /// Mean.
  public var brightness: Double
  /// Standard deviation.
  public var contrast: Double
  /// What 5 of 100 pixels are at most as bright as.
  public var shadows: Double
  /// What 99 of 100 pixels are at most as bright as.
  public var highlights: Double

  public init(brightness: Double, contrast: Double, shadows: Double, highlights: Double) {
    self.brightness = brightness
    self.contrast = contrast
    self.shadows = shadows
    self.highlights = highlights
  }

  init(_ luma: Plane) {
    var histogram = [Int](repeating: 0, count: 256)
    var (sum, squares) = (0.0, 0.0)
    for sample in luma.samples {
      histogram[min(Int(sample + 0.5), 255)] += 1
      sum += Double(sample)
      squares += Double(sample) * Double(sample)
    }
    let count = Double(luma.samples.count)
    brightness = sum / count / 255
    contrast = max(squares / count - (sum / count) * (sum / count), 0).squareRoot() / 255
    shadows = Self.quantile(0.05, histogram)
    highlights = Self.quantile(0.99, histogram)
  }

  private static func quantile(_ share: Double, _ histogram: [Int]) -> Double {
    var rest = Int((share * Double(histogram.reduce(0, +))).rounded(.up))
    for (value, count) in histogram.enumerated() {
      rest -= count
      if rest <= 0 { return Double(value) / 255 }
    }
    return 1
  }
}
