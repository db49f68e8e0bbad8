/// One message of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).
public struct ServerSentEvent: Sendable, Equatable {
  /// What a client sends back as `Last-Event-ID` when it connects again; nil keeps its last one.
  public var id: String?
  /// The event's type; nil means `message`.
  public var name: String?
  /// The payload. Each line becomes a `data` line.
  public var data: String
  /// Milliseconds after which a client connects again.
  public var retry: Int?

  public init(id: String? = nil, name: String? = nil, data: String, retry: Int? = nil) {
    self.id = id
    self.name = name
    self.data = data
    self.retry = retry
  }

  /// The message with the empty line behind it. Line ends in `id` and `name` would begin other fields: they become spaces.
  public var bytes: [UInt8] {
    var text = ""
    if let retry { text += "retry: \(retry)\n" }
    if let id { text += "id: \(Self.oneLine(id))\n" }
    if let name { text += "event: \(Self.oneLine(name))\n" }
    let lines = data.split(omittingEmptySubsequences: false, whereSeparator: Self.isLineEnd)
    for line in lines { text += "data: \(line)\n" }
    return Array((text + "\n").utf8)
  }

  /// A line that clients ignore; it tells proxies and both ends that the connection lives.
  public static let comment = Array(": \n\n".utf8)

  private static func oneLine(_ text: String) -> String {
    String(text.map { isLineEnd($0) ? " " : $0 })
  }

  private static func isLineEnd(_ character: Character) -> Bool {
    character == "\n" || character == "\r" || character == "\r\n"
  }
}
