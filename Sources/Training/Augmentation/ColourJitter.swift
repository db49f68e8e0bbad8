/// Random changes of brightness, contrast, saturation and hue, in random order: torchvision's `ColorJitter` with
/// Pillow's 8-bit arithmetic. Saturation and hue do not change grey images.
public struct ColourJitter: AugmentationPart {
  /// The spread of the brightness factor, 0 to 1. The factor is drawn uniformly from `1 - brightness` to `1 +
  /// brightness`.
  public var brightness: Double
  /// The spread of the contrast factor, 0 to 1, drawn as the brightness factor is.
  public var contrast: Double
  /// The spread of the saturation factor, 0 to 1, drawn as the brightness factor is.
  public var saturation: Double
  /// The largest change of the hue in either direction, as a part of the colour circle, 0 to 0.5.
  public var hue: Double

  /// A jitter of the given spreads. A spread of 0 leaves that property unchanged.
  public init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
  }

  static let name = "colour-jitter"
  static let accepted =
    "colour-jitter:brightness 0..1[:contrast 0..1 = 0[:saturation 0..1 = 0[:hue 0..0.5 = 0]]]"

  init(entry: String) throws(AugmentationError) {
    var parameters = AugmentationParameters(entry, accepted: Self.accepted)
    brightness = try parameters.number("brightness", in: 0...1)
    contrast = try parameters.number("contrast", in: 0...1, default: 0)
    saturation = try parameters.number("saturation", in: 0...1, default: 0)
    hue = try parameters.number("hue", in: 0...0.5, default: 0)
    try parameters.finish()
  }

  /// The entry of an augmentation list, such as `colour-jitter:0.4:0.4`.
  public var description: String {
    AugmentationParameters.text(
      Self.name,
      [(SettingText.text(brightness), false)]
        + [contrast, saturation, hue].map { (SettingText.text($0), $0 == 0) })
  }

  /// The changes of one image: the four amounts, and their order.
  struct Changes {
    /// Indices into `ColourChange.allCases`, the first to be made first.
    var order = SIMD4<UInt8>(0, 1, 2, 3)
    /// Of each change, in the order of `ColourChange.allCases`.
    var amounts: SIMD4<Double>
  }

  func changes(_ draw: SampleDraw, seed: UInt64) -> Changes {
    var generator = draw.generator(seed: seed, .colourJitter)
    func factor(_ spread: Double) -> Double { generator.uniform(in: max(0, 1 - spread)...1 + spread) }
    let amounts = SIMD4(
      factor(brightness), factor(contrast), factor(saturation), generator.uniform(in: -hue...hue))
    var changes = Changes(amounts: amounts)
    for last in stride(from: 3, to: 0, by: -1) {
      let other = generator.integer(below: last + 1)
      (changes.order[last], changes.order[other]) = (changes.order[other], changes.order[last])
    }
    return changes
  }

  /// Changes an image in its place; what cannot change anything is left out.
  func apply(_ changes: Changes, to planes: ColourPlanes) {
    let spreads = SIMD4(brightness, contrast, saturation, hue)
    for place in 0..<4 {
      let index = Int(changes.order[place])
      guard spreads[index] > 0, let change = ColourChange(rawValue: UInt8(index)) else { continue }
      change.apply(changes.amounts[index], to: planes)
    }
  }
}
