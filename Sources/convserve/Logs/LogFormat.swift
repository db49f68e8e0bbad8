import ArgumentParser

/// How log lines are written.
enum LogFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// For people: time, level, message, then `name=value`.
  case text
  /// For programs: one JSON object a line.
  case json

  func line(_ entry: LogEntry) -> String {
    switch self {
    case .text: entry.text
    case .json: entry.json
    }
  }
}
