/// A request of the command line to a server.
struct ClientRequest {
  /// Takes the pieces of a body.
  typealias Sink = (_ piece: [UInt8]) throws -> Void

  enum Body {
    case none
    case json([UInt8])
    /// Made while it is sent.
    case stream(type: String, length: Int, produce: (@escaping Sink) throws -> Void)
  }

  var method = "GET"
  /// Path and query of the API.
  let path: String
  var accept = "application/json"
  var body = Body.none
  /// Further fields.
  var fields: [(name: String, value: String)] = []
  /// Seconds of silence after which the connection counts as broken; 0 is no limit.
  var patience = 60

  /// The header, with the empty line behind it.
  func header(for server: ServerURL, key: String?) -> [UInt8] {
    var lines = [
      "\(method) \(server.target(path)) HTTP/1.1", "Host: \(server.authority)", "Accept: \(accept)",
      "User-Agent: convserve/\(Version.current)", "Connection: close",
    ]
    if let key { lines.append("Authorization: Bearer \(key)") }
    switch body {
    case .none: if method == "POST" { lines.append("Content-Length: 0") }
    case .json(let bytes): lines += ["Content-Type: application/json", "Content-Length: \(bytes.count)"]
    case .stream(let type, let length, _):
      // A refusal comes before what it refuses has been sent.
      lines += ["Content-Type: \(type)", "Content-Length: \(length)", "Expect: 100-continue"]
    }
    lines += fields.map { "\($0.name): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }
}
