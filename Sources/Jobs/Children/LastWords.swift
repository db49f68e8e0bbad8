/// The end of what a child wrote on standard error: why it failed, as a rule.
package struct LastWords: Sendable {
  private static let limit = 16 << 10
  private var bytes: [UInt8] = []

  mutating func append(_ piece: some Collection<UInt8>) {
    bytes.append(contentsOf: piece)
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }

  /// From the last line that begins with `Error: ` on, without that word; else the last line.
  package var problem: String? {
    let lines = String(decoding: bytes.suffix(Self.limit), as: UTF8.self).split(separator: "\n").map(Self.plain)
      .filter { !$0.isEmpty }
    if let first = lines.lastIndex(where: { $0.hasPrefix("Error: ") }) {
      return String(lines[first...].joined(separator: "\n").dropFirst("Error: ".count).prefix(2000))
    }
    return lines.last.map { String($0.prefix(2000)) }
  }

  /// Control characters would do things to terminals.
  private static func plain(_ line: Substring) -> String {
    String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
  }
}
