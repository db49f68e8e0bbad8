import Foundation
import Logging

/// Writes each log event as one line, whole: lines of several threads never mix.
struct LineLogHandler: LogHandler {
  let format: LogFormat
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes a line with its end; called on any thread.
  init(format: LogFormat, write: @escaping @Sendable (String) -> Void) {
    self.format = format
    self.write = write
  }

  /// To standard error.
  init(format: LogFormat) {
    // One call of `write` for each line, which the kernel does not divide as long as it is short. A log that nobody
    // takes any more is no reason to fail.
    self.init(format: format) { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var merged = metadata.merging(event.metadata ?? [:]) { $1 }
    if let error = event.error { merged["error"] = "\(error)" }
    let entry = LogEntry(time: Date(), level: event.level, message: event.message.description, metadata: merged)
    write(format.line(entry) + "\n")
  }
}
