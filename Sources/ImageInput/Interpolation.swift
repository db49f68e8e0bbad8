/// The filter by which new pixels are computed from old ones when an image is resized. Raw values are used in JSON.
///
/// When an image shrinks, the filter is widened by the scale, as in Pillow. Every old pixel then contributes to the
/// result.
public enum Interpolation: String, Sendable, Equatable, Codable, CaseIterable {
  /// A triangle that reaches one pixel to each side.
  case bilinear
  /// Keys' cubic convolution with a = -0.5, which reaches two pixels to each side (Keys 1981, equation 15).
  case bicubic

  /// How far the filter reaches to each side, in pixels of the coarser grid.
  var support: Double {
    switch self {
    case .bilinear: return 1
    case .bicubic: return 2
    }
  }

  /// The filter's value at a distance in pixels of the coarser grid.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    }
  }
}
