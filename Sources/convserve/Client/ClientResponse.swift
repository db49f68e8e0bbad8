/// An answer as it arrives (RFC 9112 section 6).
final class ClientResponse {
  /// Longer lines are no header of ours, nor a chunk's.
  private static let longestLine = 64 << 10

  let status: Int
  /// By their names in lower case.
  let fields: [String: String]
  private let connection: ClientConnection
  private var buffer: [UInt8] = []
  private var framing: Framing

  private enum Framing {
    case length(Int)
    case chunks
    case untilClose
    case over
  }

  /// Reads the header, past those that are only for the meantime (100).
  ///
  /// - Throws: `ClientError`.
  init(from connection: ClientConnection, of server: ServerURL) throws(ClientError) {
    self.connection = connection
    var buffer: [UInt8] = []
    var status = 100
    var fields: [String: String] = [:]
    repeat {
      let words = try Self.line(connection, &buffer).split(separator: " ", maxSplits: 2)
      guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let number = Int(words[1]) else {
        throw .notHTTP(server: server.description)
      }
      status = number
      fields = try Self.fields(connection, &buffer)
    } while (100..<200).contains(status)
    self.status = status
    self.fields = fields
    self.buffer = buffer
    framing = Self.framing(status, fields)
  }

  private static func framing(_ status: Int, _ fields: [String: String]) -> Framing {
    if status == 204 || status == 304 { return .over }
    if fields["transfer-encoding"]?.lowercased() == "chunked" { return .chunks }
    return fields["content-length"].flatMap(Int.init).map { .length($0) } ?? .untilClose
  }

  private static func fields(
    _ connection: ClientConnection, _ buffer: inout [UInt8]
  ) throws(ClientError) -> [String: String] {
    var fields: [String: String] = [:]
    while true {
      let line = try line(connection, &buffer)
      if line.isEmpty { return fields }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
  }

  /// Without its end.
  private static func line(_ connection: ClientConnection, _ buffer: inout [UInt8]) throws(ClientError) -> String {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = buffer[..<end].last == 0x0D ? buffer[..<(end - 1)] : buffer[..<end]
        defer { buffer.removeSubrange(...end) }
        return String(decoding: line, as: UTF8.self)
      }
      let piece = buffer.count > longestLine ? [] : try connection.read()
      guard !piece.isEmpty else { throw .brokenOff(reason: "it ended before the answer was complete") }
      buffer += piece
    }
  }
}

extension ClientResponse {
  /// The next bytes of the body; nil at its end.
  ///
  /// - Throws: `ClientError`.
  func next() throws(ClientError) -> [UInt8]? {
    switch framing {
    case .over: return nil
    case .untilClose:
      let piece = try available()
      return piece.isEmpty ? nil : piece
    case .length(let rest):
      guard rest > 0 else { return nil }
      let piece = try taken(atMost: rest)
      framing = .length(rest - piece.count)
      return piece
    case .chunks: return try nextChunk()
    }
  }

  func body() throws(ClientError) -> [UInt8] {
    var body: [UInt8] = []
    while let piece = try next() { body += piece }
    return body
  }

  private func nextChunk() throws(ClientError) -> [UInt8]? {
    let size = try Self.line(connection, &buffer).prefix { $0 != ";" }
    guard let length = Int(size, radix: 16), length >= 0 else {
      throw .brokenOff(reason: "\(size.prefix(20)) is no length of a chunk")
    }
    if length == 0 {
      framing = .over
      return nil
    }
    var chunk: [UInt8] = []
    while chunk.count < length { chunk += try taken(atMost: length - chunk.count) }
    _ = try Self.line(connection, &buffer)
    return chunk
  }

  private func taken(atMost limit: Int) throws(ClientError) -> [UInt8] {
    let piece = try available()
    guard !piece.isEmpty else { throw .brokenOff(reason: "it ended before the answer was complete") }
    buffer = Array(piece.dropFirst(limit))
    return Array(piece.prefix(limit))
  }

  private func available() throws(ClientError) -> [UInt8] {
    defer { buffer = [] }
    return buffer.isEmpty ? try connection.read() : buffer
  }
}
