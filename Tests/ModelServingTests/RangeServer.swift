import Foundation
import Glibc
import Synchronization

/// Offers one file over HTTP on a loopback port, answers byte ranges, and can break off in the middle of an answer.
/// Its blocking calls are made on a thread of its own.
final class RangeServer: Sendable {
  /// What to do with one request; after the list has been used up, everything is answered whole.
  enum Behaviour: Sendable {
    /// Closes the connection after this many bytes of the body.
    case breakOff(after: Int)
    /// Answers as if ranges were not known.
    case ignoreRange
    case status(Int)
  }

  let port: Int
  private let listener: Int32
  private let content: [UInt8]
  private let state: Mutex<(behaviours: [Behaviour], ranges: [String?])>

  init(_ content: [UInt8], _ behaviours: [Behaviour] = []) throws {
    self.content = content
    state = Mutex((behaviours, []))
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) + listen(listener, 8) + getsockname(listener, $0, &length)
      }
    }
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in serve() }
  }

  /// The `Range` field of each request so far.
  var ranges: [String?] { state.withLock { $0.ranges } }

  /// Ends the thread; requests that come later are refused by the system.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      answer(connection)
      close(connection)
    }
    close(listener)
  }

  private func answer(_ connection: Int32) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return }
    let request = String(decoding: buffer.prefix(count), as: UTF8.self)
    let range = request.firstMatch(of: /(?i)range: (bytes=[0-9]+-)/).map { String($0.1) }
    let behaviour = state.withLock { state in
      state.ranges.append(range)
      return state.behaviours.isEmpty ? nil : state.behaviours.removeFirst()
    }
    send(connection, response(to: range, behaviour))
  }

  private func response(to range: String?, _ behaviour: Behaviour?) -> [UInt8] {
    var start = range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
    if case .ignoreRange = behaviour { start = 0 }
    var status = start > 0 ? 206 : 200
    if start >= content.count { status = 416 }
    if case .status(let code) = behaviour { status = code }
    let whole = status < 300 ? content[start...] : []
    let head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(whole.count)\r\nConnection: close\r\n\r\n"
    if case .breakOff(let limit) = behaviour { return Array(head.utf8) + whole.prefix(limit) }
    return Array(head.utf8) + whole
  }

  private func send(_ connection: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }
}
