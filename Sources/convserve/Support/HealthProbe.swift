import Foundation

/// One GET over plain HTTP on a blocking socket, within a time: what a health check needs of a client.
///
/// Foundation's own client does not give up on a server that takes the connection and never answers, and keeps a
/// processor busy while it waits.
struct HealthProbe {
  struct Answer {
    let status: Int
    let body: String
  }

  enum Failure: Error, CustomStringConvertible {
    case unknownHost(String)
    case system(String)
    case tooLate(seconds: Int)
    case notHTTP

    var description: String {
      switch self {
      case .unknownHost(let host): "\(host) is not known"
      case .system(let reason): reason
      case .tooLate(let seconds): "none within \(seconds) seconds"
      case .notHTTP: "what it sent is not HTTP"
      }
    }
  }

  private static let mostBytes = 1 << 20

  let host: String
  let port: Int
  /// Path and query.
  let target: String
  let seconds: Int

  /// - Throws: `Failure`.
  func ask() throws -> Answer {
    let deadline = ContinuousClock.now + .seconds(seconds)
    let socket = try connected(by: deadline)
    defer { close(socket) }
    try send("GET \(target) HTTP/1.1\r\nHost: \(hostField)\r\nConnection: close\r\n\r\n", socket)
    return try Self.answer(try received(from: socket, by: deadline))
  }

  private var hostField: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  /// A connection to the first of the host's addresses that takes one.
  private func connected(by deadline: ContinuousClock.Instant) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { throw Failure.unknownHost(host) }
    defer { freeaddrinfo(list) }
    var reason = Failure.unknownHost(host)
    for entry in sequence(first: list, next: { $0?.pointee.ai_next }).compactMap({ $0?.pointee }) {
      let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
      guard descriptor >= 0 else {
        reason = .system(String(cString: strerror(errno)))
        continue
      }
      do {
        // On Linux the time for sending holds for connecting too.
        try allow(until: deadline, SO_SNDTIMEO, descriptor)
        guard connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 else { throw failure() }
        return descriptor
      } catch let failure as Failure {
        close(descriptor)
        reason = failure
      }
    }
    throw reason
  }

  private func send(_ request: String, _ socket: Int32) throws {
    // A request of one packet goes into the empty buffer of a new connection whole.
    guard Glibc.send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else {
      throw failure()
    }
  }

  private func received(from socket: Int32, by deadline: ContinuousClock.Instant) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < Self.mostBytes {
      try allow(until: deadline, SO_RCVTIMEO, socket)
      var piece = [UInt8](repeating: 0, count: 4096)
      let count = recv(socket, &piece, piece.count, 0)
      // Being stopped and continued ends a call with a time-out even where no handler runs (signal(7)).
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { break }
      bytes += piece[..<count]
    }
    return bytes
  }

  /// Lets the next call on the socket take what is left of the time.
  private func allow(until deadline: ContinuousClock.Instant, _ option: Int32, _ socket: Int32) throws {
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .zero else { throw Failure.tooLate(seconds: seconds) }
    let (whole, attoseconds) = left.components
    var time = timeval(tv_sec: Int(whole), tv_usec: max(1, Int(attoseconds / 1_000_000_000_000)))
    setsockopt(socket, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  private func failure() -> Failure {
    [EAGAIN, EINPROGRESS].contains(errno) ? .tooLate(seconds: seconds) : .system(String(cString: strerror(errno)))
  }

  /// The server announces no transfer coding, so that the body is what follows the header.
  private static func answer(_ bytes: [UInt8]) throws -> Answer {
    let text = String(decoding: bytes, as: UTF8.self)
    let words = text.prefix { !$0.isNewline }.split(separator: " ")
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]),
      let header = text.range(of: "\r\n\r\n")
    else { throw Failure.notHTTP }
    return Answer(status: status, body: String(text[header.upperBound...]))
  }
}
