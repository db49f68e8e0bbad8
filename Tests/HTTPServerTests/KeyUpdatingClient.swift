import COpenSSL
import Foundation
import Glibc

/// A client of TLS 1.3 that asks for new keys as often as it likes, and reads when it likes: OpenSSL over memory, so that
/// nothing of TLS waits for the socket.
final class KeyUpdatingClient {
  private let descriptor: Int32
  private let ssl: OpaquePointer
  private let incoming = BIO_new(BIO_s_mem())
  private let outgoing = BIO_new(BIO_s_mem())
  private var unsent: [UInt8] = []
  /// Whether the server takes nothing more because it has closed.
  private var isClosed = false

  init(port: Int) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // Small, so that the server soon cannot write.
    var size: Int32 = 4096
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    // Whom it speaks to is not what this client is about: it verifies nothing.
    let context = SSL_CTX_new(TLS_client_method())
    ssl = SSL_new(context)
    SSL_CTX_free(context)
    // New keys cost the least with it: some hundred thousand are asked for before the server is blocked.
    SSL_set_ciphersuites(ssl, "TLS_AES_128_GCM_SHA256")
    SSL_set_bio(ssl, incoming, outgoing)
    SSL_set_connect_state(ssl)
    while SSL_do_handshake(ssl) != 1 { try exchange(reads: true) }
    try exchange(reads: false)
  }

  deinit {
    SSL_free(ssl)
    Glibc.close(descriptor)
  }

  /// Asks for new keys without reading, until the server takes no more bytes for a while, or has closed.
  ///
  /// - Returns: whether it takes no more and has not closed.
  func askForKeysUntilBlocked(atMost limit: Int) throws -> Bool {
    for _ in 0..<limit / 100 {
      for _ in 0..<100 {
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        guard SSL_do_handshake(ssl) == 1 else { throw POSIXError(.EPROTO) }
      }
      try exchange(reads: false)
      if isClosed { return false }
      if !unsent.isEmpty, !wait(POLLOUT, milliseconds: 500) { return true }
    }
    return false
  }

  /// Sends a request and reads until its answer's last bytes have come.
  func ask(_ request: String, until end: String) throws -> String {
    let bytes = Array(request.utf8)
    guard SSL_write(ssl, bytes, Int32(bytes.count)) == bytes.count else { throw POSIXError(.EPROTO) }
    var answer: [UInt8] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = SSL_read(ssl, &buffer, Int32(buffer.count))
      if count > 0 { answer += buffer[..<Int(count)] }
      let text = String(decoding: answer, as: UTF8.self)
      if text.hasSuffix(end) { return text }
      try exchange(reads: true)
    }
  }

  /// Whether the server ends the connection, with what it has sent before thrown away.
  func isEnded() -> Bool {
    while wait(POLLIN, milliseconds: Int32(patience.components.seconds) * 1000) {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 || (count < 0 && errno != EAGAIN) { return true }
    }
    return false
  }

  /// Moves bytes between OpenSSL's memory and the socket, as far as the socket lets it; waits for some to come in.
  private func exchange(reads: Bool) throws {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = BIO_read(outgoing, &buffer, Int32(buffer.count)), count > 0 {
      unsent += buffer[..<Int(count)]
    }
    let sent = send(descriptor, unsent, unsent.count, Int32(MSG_NOSIGNAL))
    isClosed = sent < 0 && errno != EAGAIN
    if sent > 0 { unsent.removeFirst(sent) }
    guard reads else { return }
    guard wait(POLLIN, milliseconds: Int32(patience.components.seconds) * 1000) else { throw POSIXError(.ETIMEDOUT) }
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { throw POSIXError(.ECONNRESET) }
    BIO_write(incoming, buffer, Int32(count))
  }

  private func wait(_ events: Int32, milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }
}
