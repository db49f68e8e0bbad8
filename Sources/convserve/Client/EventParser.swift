/// Reads server-sent events out of a stream (WHATWG HTML, section 9.2.6).
struct EventParser {
  struct Event: Equatable {
    /// The last id that the stream gave.
    var id: String?
    var name = "message"
    var data = ""
  }

  private var buffer: [UInt8] = []
  private var lastID: String?
  private var name = "message"
  private var data: [String] = []

  /// The events that these bytes complete.
  mutating func read(_ bytes: [UInt8]) -> [Event] {
    buffer += bytes
    var events: [Event] = []
    while let end = buffer.firstIndex(of: 0x0A) {
      let line = String(decoding: buffer[..<end], as: UTF8.self)
      buffer.removeSubrange(...end)
      if let event = take(line.hasSuffix("\r") ? String(line.dropLast()) : line) { events.append(event) }
    }
    return events
  }

  private mutating func take(_ line: String) -> Event? {
    guard !line.isEmpty else { return dispatch() }
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count == 2 ? String(parts[1].first == " " ? parts[1].dropFirst() : parts[1]) : ""
    switch String(parts[0]) {
    case "id": lastID = value
    case "event": name = value
    case "data": data.append(value)
    // A comment, or a field that is none of ours.
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> Event? {
    defer { (name, data) = ("message", []) }
    return data.isEmpty ? nil : Event(id: lastID, name: name, data: data.joined(separator: "\n"))
  }
}
