import Logging

extension LogEntry {
  /// `2026-01-31T12:00:00.000Z info request bytes=12 path=/v1/models`.
  var text: String {
    let start = "\(timestamp) \(level.rawValue) \(Self.escaped(message))"
    return fields.reduce(start) { $0 + " \(Self.escaped($1.name))=\(Self.quoted("\($1.value)"))" }
  }

  /// As it is where that is one word, else in quotes.
  private static func quoted(_ value: String) -> String {
    let isWord = !value.isEmpty && !value.utf8.contains { " \"=\\".utf8.contains($0) }
    return isWord ? escaped(value) : "\"\(escaped(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")))\""
  }

  private static func escaped(_ text: String) -> String {
    if text.isPlain { return text }
    return text.unicodeScalars.map { scalar in
      scalar.isUnsafeInLogs ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }
}
