import Foundation

/// What becomes of the name of an entry, or of a file of a form: a path below the folder that is safe for the file system, for
/// a line of text and for a browser, or the reason why there is none.
public enum EntryPath: Hashable, Sendable {
  /// Never empty; each component is a name of 1 to 255 bytes, neither `.` nor `..`, and not hidden.
  case below([String])
  /// What systems leave beside photos: nobody means to hand it in.
  case hidden
  /// It holds `..`.
  case leadsOut
  /// One of its folders, which may be a class, has a control character or a line's end in its name.
  case unseenInFolder
  /// Empty, or far longer than any path.
  case nameless

  /// - Parameters:
  ///   - name: bytes as the archive holds them.
  ///   - format: tells about separators and old encodings; forms write names as zip does.
  public init(_ name: [UInt8], in format: ArchiveFormat) {
    guard name.count <= Self.pathLimit else {
      self = .nameless
      return
    }
    let names = Self.components(Self.text(name, in: format), in: format)
    let components = names.map(Self.cleaned)
    if components.contains("..") {
      self = .leadsOut
    } else if components.isEmpty {
      self = .nameless
    } else if components.contains(where: Self.isHidden) {
      self = .hidden
    } else if names.dropLast().contains(where: { $0.unicodeScalars.contains(where: Self.isUnseen) }) {
      self = .unseenInFolder
    } else {
      self = .below(components.map(Self.shortened))
    }
  }

  /// A name as it is shown in messages: of one line, at most some 200 characters long.
  public static func readable(_ name: [UInt8]?, in format: ArchiveFormat) -> String {
    guard let name, !name.isEmpty else { return "an entry without a readable name" }
    let start = Self.text(Array(name.prefix(pathLimit)), in: format).unicodeScalars.prefix(201)
    let text = String(String.UnicodeScalarView(start.prefix(200).map(visible)))
    return start.count > 200 ? text + "..." : text
  }

  /// Twice what Linux takes as a path: names in other encodings may shrink.
  private static let pathLimit = 8 << 10

  /// Names are UTF-8 in all archives of today; in older ones of DOS and Unix each byte is a character.
  private static func text(_ name: [UInt8], in format: ArchiveFormat) -> String {
    if let text = String(validating: name, as: UTF8.self) { return text }
    // APPNOTE.TXT, appendix D: code page 437 where bit 11 does not say UTF-8.
    return format == .zip ? CodePage437.decode(name) : String(String.UnicodeScalarView(name.map { UnicodeScalar($0) }))
  }

  /// Without the slash of an absolute path, without a drive's letter, without `.`, as tar itself takes them.
  private static func components(_ text: String, in format: ArchiveFormat) -> [String] {
    // Programs of Windows wrote it between folders; elsewhere it is a character as any other, which is only risky later.
    let separated = text.replacing("\\", with: format == .zip ? "/" : "_")
    let path = separated.dropFirst(hasDrive(separated) ? 2 : 0)
    return path.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  private static func hasDrive(_ path: String) -> Bool {
    let start = Array(path.utf8.prefix(3))
    return start.count == 3 && UnicodeScalar(start[0]).properties.isAlphabetic && start[1...].elementsEqual(":/".utf8)
  }

  /// One form for each name (Unicode's NFC), on one line, no blanks at its ends.
  private static func cleaned(_ component: String) -> String {
    let scalars = component.precomposedStringWithCanonicalMapping.unicodeScalars.map(visible)
    let name = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
    // A dot between blanks.
    return name.isEmpty || name == "." ? "_" : name
  }

  /// `_` in place of what breaks lines, cannot be seen, or turns the direction of what follows.
  private static func visible(_ scalar: UnicodeScalar) -> UnicodeScalar {
    isUnseen(scalar) || bidiControls.contains(scalar) ? "_" : scalar
  }

  private static func isUnseen(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// Bidi_Control of the Unicode Character Database (PropList.txt).
  private static let bidiControls = Set<UnicodeScalar>(
    "\u{61C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}".unicodeScalars)

  private static func isHidden(_ component: String) -> Bool {
    component.hasPrefix(".") || leftBehind.contains(component.lowercased())
  }

  /// By macOS, Windows and Synology's servers.
  private static let leftBehind: Set<String> = [
    "__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "@eadir",
  ]

  /// The most bytes of a name that file systems take.
  private static let nameLimit = 255

  /// Cut before its extension, which tells what a file is.
  private static func shortened(_ name: String) -> String {
    name.utf8.count > nameLimit ? joined(name, mark: "") : name
  }

  /// A file's name beside others of that name: `cat~2.jpg`.
  static func numbered(_ name: String, _ number: Int) -> String { joined(name, mark: "~\(number)") }

  /// As much of the name as fits, the mark, and the extension.
  private static func joined(_ name: String, mark: String) -> String {
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let split = name[dot...].utf8.count <= 16 ? dot : name.endIndex
    let ending = mark + name[split...]
    var rest = nameLimit - ending.utf8.count
    // By code points: what looks like one character may have more bytes than a name.
    let stem = name[..<split].unicodeScalars.prefix { scalar in
      rest -= UTF8.width(scalar)
      return rest >= 0
    }
    return (String(stem) + ending).trimmingCharacters(in: .whitespaces)
  }
}
