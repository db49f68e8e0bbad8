import Foundation
import Glibc

/// A plain blocking socket, to say on the wire exactly what a test means. All waits are bounded.
final class RawClient {
  private let descriptor: Int32
  private var received: [UInt8] = []

  /// Connects to a loopback address.
  init(host: String = "127.0.0.1", port: Int) throws {
    descriptor = socket(host.contains(":") ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let status: Int32
    if host.contains(":") {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = UInt16(port).bigEndian
      inet_pton(AF_INET6, host, &address.sin6_addr)
      status = Self.connect(descriptor, &address)
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(port).bigEndian
      inet_pton(AF_INET, host, &address.sin_addr)
      status = Self.connect(descriptor, &address)
    }
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  deinit { Glibc.close(descriptor) }

  private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }

  /// Sends all of it, or as much as the server takes before it closes.
  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes with a reset instead of an end of stream.
  func resetOnClose() {
    var option = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// One response: its head, and as much body as Content-Length says; nil when the connection ended before.
  func response(toHead: Bool = false) -> Response? {
    guard let headEnd = fill(until: { $0.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound }) else { return nil }
    let lines = String(decoding: received[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() where line.contains(": ") {
      let parts = line.components(separatedBy: ": ")
      fields[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
    }
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    let length = toHead || status < 200 ? 0 : Int(fields["content-length"] ?? "0") ?? 0
    guard let end = fill(until: { $0.count >= headEnd + length ? headEnd + length : nil }) else { return nil }
    defer { received.removeSubrange(..<end) }
    return Response(
      statusLine: lines[0], status: status, fields: fields,
      body: String(decoding: received[headEnd..<end], as: UTF8.self))
  }

  /// Everything up to the end of a text, which is read too; nil when the connection ended before.
  func text(through end: String) -> String? {
    guard let index = fill(until: { $0.firstRange(of: Array(end.utf8))?.upperBound }) else { return nil }
    defer { received.removeSubrange(..<index) }
    return String(decoding: received[..<index], as: UTF8.self)
  }

  /// Everything until the server ends the connection.
  func rest() -> String {
    while receive() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  struct Response: Equatable, Sendable {
    var statusLine: String
    var status: Int
    var fields: [String: String]
    var body: String
  }

  /// Whether the server has ended the connection, with nothing more to read before that.
  func isAtEnd() -> Bool { received.isEmpty && !receive() && received.isEmpty }

  private func fill(until end: ([UInt8]) -> Int?) -> Int? {
    while true {
      if let index = end(received) { return index }
      guard receive() else { return nil }
    }
  }

  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { received += buffer[..<count] }
    return count > 0
  }
}

/// Runs blocking client code on a thread of its own: the tasks' threads belong to the server's handlers.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

/// Runs a program and returns what it printed.
func run(_ program: String, _ arguments: [String]) async throws -> String {
  try await blocking {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
