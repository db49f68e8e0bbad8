/// The exchange of left and right.
public enum Flip: Hashable, Sendable {
  /// Each image is flipped with this probability, 0 to 1, drawn again in each epoch.
  case random(probability: Double)
  /// Each image is flipped in every other epoch. Whether it begins flipped is drawn for each image.
  ///
  /// Two consecutive epochs show both versions of each image, whereas random flips show one version twice in half of
  /// all cases. Jordan, 94% on CIFAR-10 in 3.29 Seconds on a Single GPU, 2024, section 3.6.
  case alternating

  static let randomName = "flip"
  static let alternatingName = "alternating-flip"
  static let accepted = "flip[:probability 0..1 = 0.5] or alternating-flip"

  init(entry: String) throws(AugmentationError) {
    var parameters = AugmentationParameters(entry, accepted: Self.accepted)
    if entry.hasPrefix(Self.alternatingName) {
      self = .alternating
    } else {
      self = .random(probability: try parameters.number("probability", in: 0...1, default: 0.5))
    }
    try parameters.finish()
  }

  func isMirrored(_ draw: SampleDraw, seed: UInt64) -> Bool {
    switch self {
    case .random(let probability):
      var generator = draw.generator(seed: seed, .flip)
      return generator.bool(probability: probability)
    case .alternating:
      let first = CounterGenerator.value(seed: seed, stream: .flip, sample: draw.sample, view: draw.view)
      return (first ^ UInt64(truncatingIfNeeded: draw.epoch)) & 1 == 1
    }
  }
}

extension Flip: CustomStringConvertible {
  /// The entry of an augmentation list: `flip`, `flip:PROBABILITY` or `alternating-flip`.
  public var description: String {
    switch self {
    case .random(let probability):
      AugmentationParameters.text(Self.randomName, [(SettingText.text(probability), probability == 0.5)])
    case .alternating: Self.alternatingName
    }
  }
}
