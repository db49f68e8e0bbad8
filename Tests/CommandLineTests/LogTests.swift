import Foundation
import Logging
import Synchronization
import Testing

@testable import convserve

@Suite("Log lines")
struct LogTests {
  private static let time = Date(timeIntervalSince1970: 1_769_860_800.25)

  private func entry(_ message: String = "request", _ metadata: Logger.Metadata = [:]) -> LogEntry {
    LogEntry(time: Self.time, level: .info, message: message, metadata: metadata)
  }

  @Test("text begins with the time in UTC, the level and the message")
  func text() {
    let line = entry("request", ["status": .stringConvertible(200), "path": "/v1/models", "note": "a b", "none": ""])
      .text
    #expect(line == "2026-01-31T12:00:00.250Z info request none=\"\" note=\"a b\" path=/v1/models status=200")
  }

  @Test("JSON keeps numbers, truth values and nesting, and its own members")
  func json() throws {
    let metadata: Logger.Metadata = [
      "status": .stringConvertible(200), "ms": .stringConvertible(1.25), "kept": .stringConvertible(true),
      "list": ["a", .stringConvertible(2)], "map": ["b": "c"], "level": "critical",
      "odd": .stringConvertible(Double.nan),
    ]
    let object = try JSONSerialization.jsonObject(with: Data(entry("request", metadata).json.utf8))
    let expected: NSDictionary = [
      "time": "2026-01-31T12:00:00.250Z", "level": "info", "message": "request", "status": 200, "ms": 1.25,
      "kept": true,
      "list": ["a", 2], "map": ["b": "c"], "_level": "critical", "odd": "nan",
    ]
    #expect(object as? NSDictionary == expected)
  }

  static let hostile = [
    "a\nb", "a\r\nERROR forged", "\u{1b}[31mred", "\u{0}", "\u{7f}\u{9b}31m", "\u{202e}gnp.exe", "\u{2028}\u{2029}",
    "\u{e0041}", "\"", "\\", "\\n", "a=b c=\"d\"", "}\n{\"level\":\"info\"}",
  ]

  @Test("whatever a client sends stays one line that a terminal shows as it is", arguments: hostile)
  func injection(_ text: String) throws {
    let entry = entry(text, ["value": "\(text)", text: "name"])
    for line in [entry.text, entry.json] {
      #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
      #expect(!line.unicodeScalars.contains { $0.isUnsafeInLogs })
    }
    let object = try JSONSerialization.jsonObject(with: Data(entry.json.utf8)) as? [String: String]
    #expect(object?["message"] == text)
    #expect(object?["value"] == text)
  }

  @Test("in text a value cannot pretend to be another field")
  func quoting() {
    #expect(entry("x", ["path": "/a status=200 \"b\""]).text.hasSuffix(#" x path="/a status=200 \"b\"""#))
    #expect(entry("x", ["path": "a\\\nb"]).text.hasSuffix(#" x path="a\\\u{a}b""#))
  }

  @Test(
    "the handler writes one line an event, with the logger's metadata beneath the event's",
    arguments: LogFormat.allCases)
  func handler(_ format: LogFormat) throws {
    let lines = Mutex<[String]>([])
    var logger = Logger(label: "test") { _ in
      LineLogHandler(format: format) { line in lines.withLock { $0.append(line) } }
    }
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info("first", metadata: ["b": "event"])
    logger.debug("unheard")
    let written = lines.withLock { $0 }
    try #require(written.count == 1)
    #expect(written[0].hasSuffix("\n"))
    #expect(written[0].contains("event"))
    #expect(written[0].matches(of: /logger/).count == 1)
  }
}
