import Foundation

/// The class and the file that a name of a form stands for: `CLASS/FILE`, made safe for a file system, a line of text and a
/// browser.
struct UploadFileName: Hashable, Sendable {
  var className: String
  var file: String

  /// Folders before the last two are left out: browsers send the path below the folder that was chosen.
  ///
  /// - Throws: `JobError.upload`.
  init(_ name: String) throws(JobError) {
    let components = name.replacing("\\", with: "/").split(separator: "/").map(String.init)
    guard components.count >= 2, !components.contains("..") else { throw Self.refusal(of: name) }
    let (className, file) = (Self.safe(components[components.count - 2]), Self.safe(components[components.count - 1]))
    guard ![className, file].contains(where: { $0.isEmpty || $0 == "." }) else { throw Self.refusal(of: name) }
    (self.className, self.file) = (className, file)
  }

  /// Whether systems leave such files beside photos (`.DS_Store`, `Thumbs.db`): nobody means to hand them in.
  var isLeftBehind: Bool {
    className.hasPrefix(".") || file.hasPrefix(".") || className == "__MACOSX"
      || ["thumbs.db", "ehthumbs.db", "desktop.ini"].contains(file.lowercased())
  }

  /// The name for the second file of that name, the third and so on: `a~2.jpg`.
  func numbered(_ number: Int) -> String {
    guard number > 1 else { return file }
    let name = file as NSString
    let end = name.pathExtension.isEmpty ? "" : "." + name.pathExtension
    return Self.cut(name.deletingPathExtension, to: Self.limit - end.utf8.count - 8) + "~\(number)" + end
  }

  private static func refusal(of name: String) -> JobError {
    .upload(
      problem: "\"\(String(safe(name).prefix(200)))\" is no name of a photo in a folder of its class",
      accepted: ["CLASS/FILE, for example cats/1.jpg"])
  }

  /// The most bytes that file systems take.
  private static let limit = 255

  /// Bidi_Control of the Unicode Character Database: they turn the direction of what follows.
  private static let bidirectional = Set<UnicodeScalar>(
    "\u{61C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}".unicodeScalars)

  private static func safe(_ text: String) -> String {
    let scalars = text.precomposedStringWithCanonicalMapping.unicodeScalars.map { scalar -> UnicodeScalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: "_"
      default: bidirectional.contains(scalar) ? "_" : scalar
      }
    }
    let plain = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
    let end = (plain as NSString).pathExtension
    guard plain.utf8.count > limit, !end.isEmpty, end.utf8.count < 20 else { return cut(plain, to: limit) }
    return cut((plain as NSString).deletingPathExtension, to: limit - end.utf8.count - 1) + "." + end
  }

  /// Whole characters of at most so many bytes.
  private static func cut(_ text: String, to bytes: Int) -> String {
    var text = text
    while text.utf8.count > max(bytes, 1) { text.removeLast() }
    return text
  }
}
