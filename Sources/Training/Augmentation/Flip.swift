/// Left and right exchanged.
public enum Flip: Hashable, Sendable {
  /// With a probability, anew in each epoch.
  case random(probability: Double)
  /// In every other epoch, whether the first one is among them being drawn for each image: every two epochs show both,
  /// where half of all pairs of random flips show one twice. Jordan, 94% on CIFAR-10 in 3.29 Seconds on a Single GPU,
  /// 2024, section 3.6.
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
  public var description: String {
    switch self {
    case .random(let probability):
      AugmentationParameters.text(Self.randomName, [(SettingText.text(probability), probability == 0.5)])
    case .alternating: Self.alternatingName
    }
  }
}
