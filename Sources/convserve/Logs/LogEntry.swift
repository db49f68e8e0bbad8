import Foundation
import Logging

/// What one log line says.
struct LogEntry {
  let time: Date
  let level: Logger.Level
  let message: String
  let metadata: Logger.Metadata

  /// RFC 3339, in UTC, with milliseconds.
  var timestamp: String { time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

  /// Names in alphabetical order, so that equal entries are equal lines.
  var fields: [(name: String, value: Logger.MetadataValue)] {
    metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension String {
  /// Whether this is visible ASCII and blanks, without quotes and backslashes: nearly all that is logged, and told at a
  /// fraction of the cost of looking at each character's properties.
  var isPlain: Bool {
    utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
  }
}

extension Unicode.Scalar {
  /// Whether a log shows this character as an escape: what moves a terminal's cursor, ends a line, or turns the order of
  /// writing could make one line look like another.
  var isUnsafeInLogs: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
