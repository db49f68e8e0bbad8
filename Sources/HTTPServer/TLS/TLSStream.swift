import COpenSSL

/// A TLS connection over a socket. It belongs to the queue of its `Connection`.
///
/// OpenSSL keeps nothing back: it reads from the socket what one record needs, and every read here has room for a whole
/// one. So the socket's readiness tells all about the stream's.
final class TLSStream: Transport {
  /// The most that a record carries (RFC 8446 section 5.1).
  static let largestRecord = 16 << 10

  private let ssl: OpaquePointer
  /// Asked by OpenSSL during the handshake.
  private let identities: TLSIdentities

  /// Nil without memory.
  init?(_ socket: Socket, _ identities: TLSIdentities) {
    guard let ssl = identities.makeSSL() else { return nil }
    self.ssl = ssl
    self.identities = identities
    guard let bio = SocketBIO.make(socket) else { return nil }
    // Takes the BIO over, for both ways.
    SSL_set_bio(ssl, bio, bio)
    SSL_set_accept_state(ssl)
  }

  deinit { SSL_free(ssl) }

  func open() -> OpenResult {
    OpenSSLErrors.clear()
    let status = SSL_do_handshake(ssl)
    guard status != 1 else { return .open }
    switch obstacle(status) {
    case .blocked(let way): return .blocked(way)
    case .ended: return .failed(.peerLeft)
    case .failed(let error): return .failed(error)
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
    precondition(buffer.count >= Self.largestRecord, "what is left of a record would go unnoticed")
    OpenSSLErrors.clear()
    let count = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
    guard count <= 0 else { return .bytes(Int(count)) }
    switch obstacle(count) {
    case .blocked(let way): return .blocked(way)
    // TLS 1.3 ends each way by itself; before it, the end of one is that of both.
    case .ended: return SSL_version(ssl) >= TLS1_3_VERSION ? .ended : .failed(.peerLeft)
    case .failed(let error): return .failed(error)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, moreFollows: Bool) -> WriteResult {
    OpenSSLErrors.clear()
    let count = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
    guard count <= 0 else { return .bytes(Int(count)) }
    switch obstacle(count) {
    case .blocked(let way): return .blocked(way)
    case .ended: return .failed(.peerLeft)
    case .failed(let error): return .failed(error)
    }
  }

  /// Sends close_notify; the socket itself stays open, as its other way does.
  func endWriting() -> EndResult {
    // Within the handshake there is no way to end, and after a failure OpenSSL has sent an alert instead.
    guard SSL_is_init_finished(ssl) == 1, SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN == 0 else { return .ended }
    OpenSSLErrors.clear()
    let status = SSL_shutdown(ssl)
    if status < 0, case .blocked(let way) = obstacle(status) { return .blocked(way) }
    return .ended
  }

  /// Why a call has got no further.
  private enum Obstacle {
    case blocked(BlockedWay)
    /// close_notify was received.
    case ended
    case failed(TransportError)
  }

  private func obstacle(_ status: Int32) -> Obstacle {
    switch SSL_get_error(ssl, status) {
    case SSL_ERROR_WANT_READ: .blocked(.reading)
    case SSL_ERROR_WANT_WRITE: .blocked(.writing)
    case SSL_ERROR_ZERO_RETURN: .ended
    case SSL_ERROR_SYSCALL: .failed(.system(.last("TLS")))
    default: .failed(failure)
    }
  }

  private var failure: TransportError {
    if OpenSSLErrors.isFirst(library: ERR_LIB_SSL, reason: SSL_R_HTTP_REQUEST) { return .plainHTTP }
    if OpenSSLErrors.isFirst(library: ERR_LIB_SSL, reason: SSL_R_UNEXPECTED_EOF_WHILE_READING) { return .truncated }
    let verification = SSL_get_verify_result(ssl)
    guard verification != X509_V_OK else { return .tls(reason: OpenSSLErrors.reason) }
    return .tls(reason: "\(OpenSSLErrors.reason): \(String(cString: X509_verify_cert_error_string(verification)))")
  }
}
