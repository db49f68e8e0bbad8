import COpenSSL

/// One certificate with its key and all that the server agrees to: OpenSSL's `SSL_CTX`.
///
/// TLS 1.2 and 1.3 alone, each key exchange with forward secrecy, each cipher authenticated (RFC 9325). Compression,
/// renegotiation and early data do not take place. Sessions are resumed from a bounded memory here rather than from
/// tickets: a ticket's key would open every connection that it was used for.
///
/// `@unchecked Sendable`: nothing changes it once it is made, and OpenSSL guards its sessions and its count of holders.
final class TLSContext: @unchecked Sendable {
  /// For TLS 1.2; those of 1.3 are all sound. For either, ChaCha20 goes first with clients that prefer it.
  private static let ciphers = """
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
    ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:\
    ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
    """
  private static let groups = "X25519:P-256:P-384"
  /// 112 bits of strength: no SHA-1, no RSA key below 2048 bits.
  private static let securityLevel: Int32 = 2
  private static let options =
    convserve_SSL_OP_NO_COMPRESSION | convserve_SSL_OP_NO_RENEGOTIATION | convserve_SSL_OP_NO_TICKET
    | convserve_SSL_OP_CIPHER_SERVER_PREFERENCE | convserve_SSL_OP_PRIORITIZE_CHACHA
  /// Partial writes let an answer go record by record. Buffers are given back while a connection is idle.
  private static let modes =
    Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER) | Int(SSL_MODE_RELEASE_BUFFERS)
  /// Sessions remembered for resumption, and for how many seconds.
  private static let sessions = 4096
  private static let sessionSeconds = 300

  let pointer: OpaquePointer

  convenience init(_ identity: TLSConfiguration.Identity, _ configuration: TLSConfiguration) throws(TLSError) {
    try self.init()
    try load(identity)
    try verifyClients(configuration)
  }

  /// Without a certificate.
  private init() throws(TLSError) {
    OpenSSLErrors.clear()
    guard let pointer = SSL_CTX_new(TLS_server_method()) else { throw .library(reason: OpenSSLErrors.reason) }
    self.pointer = pointer
    try restrict()
    rememberSessions()
    SSL_CTX_set_alpn_select_cb(
      pointer, { _, selected, length, offer, count, _ in ALPN.select(selected, length, offer, count) }, nil)
  }

  deinit { SSL_CTX_free(pointer) }

  /// Whether the certificate is for this host, by its names and wildcards (RFC 6125).
  func isFor(_ hostName: UnsafePointer<CChar>) -> Bool {
    X509_check_host(SSL_CTX_get0_certificate(pointer), hostName, 0, 0, nil) == 1
  }

  private func restrict() throws(TLSError) {
    SSL_CTX_set_security_level(pointer, Self.securityLevel)
    SSL_CTX_set_options(pointer, Self.options)
    convserve_SSL_CTX_set_mode(pointer, Self.modes)
    // With it, a client that sends nothing but messages of TLS itself would keep a thread within one read.
    convserve_SSL_CTX_clear_mode(pointer, Int(SSL_MODE_AUTO_RETRY))
    guard convserve_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION) == 1,
      SSL_CTX_set_cipher_list(pointer, Self.ciphers) == 1,
      convserve_SSL_CTX_set1_groups_list(pointer, Self.groups) == 1
    else { throw .library(reason: OpenSSLErrors.reason) }
  }

  private func rememberSessions() {
    convserve_SSL_CTX_set_server_session_cache(pointer, Self.sessions)
    SSL_CTX_set_timeout(pointer, Self.sessionSeconds)
    // One is enough for the next connection; the second of the default would fill the memory twice as fast.
    SSL_CTX_set_num_tickets(pointer, 1)
    // Needed where clients show certificates: it says that such a session is for this server.
    let name = Array("convserve".utf8)
    SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count))
  }

  private func load(_ identity: TLSConfiguration.Identity) throws(TLSError) {
    try loadCertificate(identity)
    try loadKey(identity)
    // A key of another kind than the certificate's is taken, and would then never be used.
    guard SSL_CTX_check_private_key(pointer) == 1 else {
      throw .keyDoesNotMatch(key: identity.key, certificate: identity.certificate)
    }
  }

  private func loadCertificate(_ identity: TLSConfiguration.Identity) throws(TLSError) {
    OpenSSLErrors.clear()
    guard SSL_CTX_use_certificate_chain_file(pointer, identity.certificate) == 1 else {
      throw .unusableCertificate(path: identity.certificate, reason: OpenSSLErrors.reason)
    }
  }

  private func loadKey(_ identity: TLSConfiguration.Identity) throws(TLSError) {
    OpenSSLErrors.clear()
    // Otherwise OpenSSL would ask for the passphrase of an encrypted key on the terminal.
    SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in -1 }
    guard SSL_CTX_use_PrivateKey_file(pointer, identity.key, SSL_FILETYPE_PEM) == 1 else {
      if OpenSSLErrors.isFirst(library: ERR_LIB_X509, reason: X509_R_KEY_VALUES_MISMATCH)
        || OpenSSLErrors.isFirst(library: ERR_LIB_X509, reason: X509_R_KEY_TYPE_MISMATCH)
      {
        throw .keyDoesNotMatch(key: identity.key, certificate: identity.certificate)
      }
      throw .unusableKey(path: identity.key, reason: OpenSSLErrors.reason)
    }
  }

  private func verifyClients(_ configuration: TLSConfiguration) throws(TLSError) {
    guard let path = configuration.clientAuthorities else { return }
    OpenSSLErrors.clear()
    guard SSL_CTX_load_verify_file(pointer, path) == 1, let names = SSL_load_client_CA_file(path) else {
      throw .unusableClientAuthorities(path: path, reason: OpenSSLErrors.reason)
    }
    // Tells clients which of their certificates to show.
    SSL_CTX_set_client_CA_list(pointer, names)
    let isRequired = configuration.clientVerification == .required
    SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nil)
  }
}

extension TLSContext {
  /// All that is wrong with the files of one identity.
  static func faults(of identity: TLSConfiguration.Identity) -> [TLSError] {
    let faults = [
      fault { context throws(TLSError) in try context.loadCertificate(identity) },
      fault { context throws(TLSError) in try context.loadKey(identity) },
    ].compactMap(\.self)
    // Only files that can be used can be found not to belong together.
    return faults.isEmpty
      ? [fault { context throws(TLSError) in try context.load(identity) }].compactMap(\.self) : faults
  }

  /// What is wrong with the authorities of clients' certificates.
  static func faultOfClientAuthorities(_ configuration: TLSConfiguration) -> TLSError? {
    fault { context throws(TLSError) in try context.verifyClients(configuration) }
  }

  private static func fault(_ attempt: (TLSContext) throws(TLSError) -> Void) -> TLSError? {
    do throws(TLSError) {
      try attempt(TLSContext())
      return nil
    } catch {
      return error
    }
  }
}
