import COpenSSL

/// All certificates of a server, and the choice between them by the name that a client asks for (SNI, RFC 6066).
final class TLSIdentities: Sendable {
  private let contexts: [TLSContext]

  init(_ configuration: TLSConfiguration) throws(TLSError) {
    guard !configuration.identities.isEmpty else { throw .noCertificate }
    var contexts: [TLSContext] = []
    for identity in configuration.identities { contexts.append(try TLSContext(identity, configuration)) }
    self.contexts = contexts
    // Every stream holds the identities that it was made with, so this pointer outlives its use.
    convserve_SSL_CTX_set_tlsext_servername_callback(
      contexts[0].pointer,
      { ssl, _, argument in
        guard let ssl, let argument else { return SSL_TLSEXT_ERR_NOACK }
        return Unmanaged<TLSIdentities>.fromOpaque(argument).takeUnretainedValue().choose(for: ssl)
      },
      Unmanaged.passUnretained(self).toOpaque())
  }

  /// A new connection's state, at the beginning of its handshake; nil without memory.
  func makeSSL() -> OpaquePointer? { SSL_new(contexts[0].pointer) }

  /// A client that asks for an unknown name, or for none, gets the first certificate and judges by itself.
  private func choose(for ssl: OpaquePointer) -> Int32 {
    guard let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
      let context = contexts.first(where: { $0.isFor(name) })
    else { return SSL_TLSEXT_ERR_NOACK }
    if context !== contexts[0] { SSL_set_SSL_CTX(ssl, context.pointer) }
    return SSL_TLSEXT_ERR_OK
  }
}
