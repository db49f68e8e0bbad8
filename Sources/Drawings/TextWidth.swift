/// How wide texts are, about: a drawing does not know the font of whoever looks at it, so letters count rather too wide.
public enum TextWidth {
  /// The width of a text in pixels.
  public static func estimated(_ text: some StringProtocol, size: Double) -> Double {
    text.reduce(0) { $0 + ems($1) } * size
  }

  /// The text, or as much of its beginning as fits with an ellipsis behind it.
  public static func shortened(_ text: String, to width: Double, size: Double) -> String {
    guard estimated(text, size: size) > width else { return text }
    var (kept, room) = ("", width / size - 1)
    for character in text {
      room -= ems(character)
      if room < 0 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  private static func ems(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ": 0.34
    case "t", "f", "r", "(", ")", "[", "]", "/", "-": 0.42
    case "m", "w", "M", "W", "%", "@": 0.98
    case "A"..."Z", "&": 0.74
    // Beyond Latin, Greek and Cyrillic letters are as wide as they are high.
    case _ where character.unicodeScalars.contains { $0.value >= 0x1100 }: 1.05
    default: 0.64
    }
  }
}
