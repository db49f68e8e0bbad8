import Glibc

/// One connection to a server over a blocking socket, with TLS where its URL says so.
///
/// Foundation's client sends a body only from memory or a file, and keeps a processor busy while it waits for a stream.
final class ClientConnection {
  private static let pieceBytes = 64 << 10

  private let descriptor: Int32
  private var tls: ClientTLS?
  /// Read before anybody wanted it.
  private var early: [UInt8] = []

  /// - Parameter patience: seconds after which a silent connection counts as broken; 0 is no limit.
  /// - Throws: `ClientError`.
  init(to server: ServerURL, patience: Int) throws(ClientError) {
    descriptor = try Self.connected(to: server)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      var time = timeval(tv_sec: patience, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
    if server.isSecure { tls = try ClientTLS(over: descriptor, to: server) }
  }

  deinit {
    tls = nil
    close(descriptor)
  }

  /// A connection to the first of the host's addresses that takes one.
  private static func connected(to server: ServerURL) throws(ClientError) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(server.host, String(server.port), &hints, &list) == 0 else { throw .unknownHost(server.host) }
    defer { freeaddrinfo(list) }
    var reason = "it has no address"
    for entry in sequence(first: list, next: { $0?.pointee.ai_next }).compactMap({ $0?.pointee }) {
      let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
      if descriptor >= 0, connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 { return descriptor }
      reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
    }
    throw .unreachable(server: server.description, reason: reason)
  }

  func write(_ bytes: some Sequence<UInt8>) throws(ClientError) {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { bytes in
        tls?.write(bytes) ?? send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR || tls != nil {
        throw .brokenOff(reason: Self.reason)
      }
    }
  }

  /// The next bytes; none at the end.
  func read() throws(ClientError) -> [UInt8] {
    if !early.isEmpty {
      defer { early = [] }
      return early
    }
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    while true {
      let count = piece.withUnsafeMutableBytes { bytes in
        tls?.read(into: bytes) ?? recv(descriptor, bytes.baseAddress, bytes.count, 0)
      }
      if count >= 0 { return Array(piece[..<count]) }
      if errno != EINTR || tls != nil { throw .brokenOff(reason: Self.reason) }
    }
  }

  /// Whether the server has said something, or left, within so many milliseconds.
  func hasNews(within milliseconds: Int32) -> Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, milliseconds) > 0
  }

  /// Whether what the server says is more than the leave to go on (status 100), which is passed over.
  func isRefusing() throws(ClientError) -> Bool {
    let blankLine = Array("\r\n\r\n".utf8)
    var said: [UInt8] = []
    while !said.contains(blankLine) {
      let piece = try read()
      said += piece
      if piece.isEmpty { break }
    }
    if said.starts(with: Array("HTTP/1.1 1".utf8)), let end = said.firstRange(of: blankLine) {
      said.removeSubrange(..<end.upperBound)
      early = said
      return !said.isEmpty
    }
    early = said
    return true
  }

  private static var reason: String {
    errno == EAGAIN ? "the server has been silent for too long" : String(cString: strerror(errno))
  }
}
