/// Text for HTML, SVG and XML.
///
/// Everything that a user may have named (classes, files, models) passes through here before it is drawn: a report can be
/// opened on an origin that holds an API key.
public enum Markup {
  /// The text with every character replaced that could end an element, an attribute or a line of script.
  ///
  /// Control characters, which XML 1.0 (section 2.2) has no place for, become U+FFFD.
  public static func escaped(_ text: some StringProtocol) -> String {
    var escaped = ""
    escaped.unicodeScalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
