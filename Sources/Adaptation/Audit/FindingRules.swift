/// When one image stands out. The limits are far out on ordinary photographs: of 319 from Debian's packages three are
/// beyond one of them (two textures without anything on them, an abstract gradient).
enum FindingRules {
  /// Standard deviation of luma, of 1: 5 of 255 levels. A wall, a lens cap, a page without print.
  static let blankContrast = 0.02
  /// Where 99 of 100 pixels are darker than this, and the mean is darker than the next, nothing is lit; the darkest of
  /// the photographs that shows anything has 0.38. (cleanvision looks at the same percentile.)
  static let darkHighlights = 0.35
  static let darkBrightness = 0.2
  /// Where 95 of 100 pixels are brighter than this, the picture is burnt out; the brightest photograph, a tool on white,
  /// has 0.76. Drawings on white are no brighter than their lines are thin: these have to be of little contrast too.
  static let brightShadows = 0.8
  static let brightContrast = 0.08
  /// Variance of the Laplacian in the sharpest part. Of the photographs 99 in 100 have more than 67; blurred by a
  /// fiftieth of the shorter side (a standard deviation of 4 pixels at 192) all have less than 10, by a hundredth four of
  /// five less than 25.
  static let blurredSharpness = 25.0
  /// Pixels of the shorter side: less than the smallest pictures that networks are trained on (CIFAR's 32).
  static let tinySide = 32
  /// Of the sides: two thirds of such a picture are outside of the square that a network sees.
  static let elongation = 3.0

  /// - Parameter usualSide: median of the set's shorter sides: where all pictures are small, none stands out.
  static func findings(_ picture: PhotoFacts.Picture, usualSide: Int) -> [(kind: DataAudit.Finding.Kind, value: Double)]
  {
    var findings: [(kind: DataAudit.Finding.Kind, value: Double)] = []
    if let light = lightFinding(picture.light) {
      findings.append(light)
    } else if picture.sharpness < blurredSharpness {
      // Of a picture that is too dark it is not known.
      findings.append((.blurred, picture.sharpness))
    }
    if picture.shorterSide < tinySide, usualSide >= tinySide { findings.append((.tiny, Double(picture.shorterSide))) }
    if picture.elongation > elongation { findings.append((.elongated, picture.elongation)) }
    return findings
  }

  private static func lightFinding(_ light: Light) -> (kind: DataAudit.Finding.Kind, value: Double)? {
    if light.contrast < blankContrast { return (.blank, light.contrast) }
    if light.highlights < darkHighlights, light.brightness < darkBrightness { return (.dark, light.brightness) }
    if light.shadows > brightShadows, light.contrast < brightContrast { return (.bright, light.brightness) }
    return nil
  }

  /// How bad a finding is beside others of its kind, the worst greatest.
  static func severity(_ finding: DataAudit.Finding) -> Double {
    switch finding.kind {
    case .dark, .blurred, .tiny, .blank: -finding.value
    case .bright, .elongated: finding.value
    }
  }
}
