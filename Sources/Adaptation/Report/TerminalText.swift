/// Text for terminals.
enum TerminalText {
  /// The text with every control character, and those that turn the direction of text, replaced: names come from users, and
  /// could move a terminal's cursor or begin a line of their own.
  static func plain(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{61C}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        plain += "\u{FFFD}"
      case "\u{A0}": plain += " "
      default: plain.unicodeScalars.append(scalar)
      }
    }
    return plain
  }
}
