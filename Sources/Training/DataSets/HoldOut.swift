/// The part of the training data that is held out for validation.
public enum HoldOut: Hashable, Sendable {
  /// A number of images; 0 for no validation.
  case count(Int)
  /// A share of the images, above 0 and below 1. It is rounded to whole images, at least one.
  case share(Double)

  /// The accepted texts in words, for messages.
  public static let accepted =
    "a number of images such as 5000, a share such as 0.1 or 10%, or 0 for no validation"

  /// How many of `total` images that is: a share is rounded, to at least one.
  func count(of total: Int) -> Int {
    switch self {
    case .count(let count): count
    case .share(let share): max(1, Int((Double(total) * share).rounded()))
    }
  }
}

extension HoldOut: LosslessStringConvertible {
  /// Reads a number of images such as `5000`, or a share such as `0.1` or `10%`; `nil` for other texts.
  public init?(_ text: String) {
    if let count = SettingText.whole(text) {
      self = .count(count)
      return
    }
    let isPercent = text.hasSuffix("%")
    guard let number = SettingText.number(isPercent ? text.dropLast() : text[...]) else { return nil }
    let share = isPercent ? number / 100 : number
    guard share > 0, share < 1 else { return nil }
    self = .share(share)
  }

  /// The text that `init(_:)` reads. A share is written as a decimal fraction.
  public var description: String {
    switch self {
    case .count(let count): String(count)
    case .share(let share): SettingText.text(share)
    }
  }
}

extension HoldOut: TextCodable {}
