import COpenSSL
import Glibc

/// TLS of a client over a connected, blocking socket: the server's certificate has to be valid for its host.
final class ClientTLS {
  private let context: OpaquePointer
  private let connection: OpaquePointer

  /// - Throws: `ClientError.tls`.
  init(over descriptor: Int32, to server: ServerURL) throws(ClientError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw .tls(server: server.description, reason: Self.reason)
    }
    self.context = context
    SSL_CTX_set_default_verify_paths(context)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    // The macro SSL_CTX_set_min_proto_version.
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    guard let connection = SSL_new(context) else {
      SSL_CTX_free(context)
      throw .tls(server: server.description, reason: Self.reason)
    }
    self.connection = connection
    SSL_set_fd(connection, descriptor)
    SSL_set1_host(connection, server.host)
    // The macro SSL_set_tlsext_host_name.
    var name = Array(server.host.utf8CString)
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
    guard SSL_connect(connection) == 1 else { throw .tls(server: server.description, reason: failure) }
  }

  deinit {
    SSL_shutdown(connection)
    SSL_free(connection)
    SSL_CTX_free(context)
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    Int(SSL_write(connection, bytes.baseAddress, Int32(min(bytes.count, 1 << 20))))
  }

  /// 0 at the end.
  func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    let count = SSL_read(connection, bytes.baseAddress, Int32(bytes.count))
    return count <= 0 && SSL_get_error(connection, count) == SSL_ERROR_ZERO_RETURN ? 0 : Int(count)
  }

  /// What is wrong with the server's certificate, or else with the handshake.
  private var failure: String {
    let verdict = SSL_get_verify_result(connection)
    if verdict != X509_V_OK, let text = X509_verify_cert_error_string(verdict) { return String(cString: text) }
    return Self.reason
  }

  private static var reason: String {
    ERR_reason_error_string(ERR_get_error()).map { String(cString: $0) } ?? "the connection ended"
  }
}
