/// What a server shows of itself, and asks of its clients, when it speaks TLS.
public struct TLSConfiguration: Sendable, Equatable {
  /// A certificate and its private key, as PEM files.
  public struct Identity: Sendable, Equatable {
    /// The certificate first, then those that lead to the authority.
    public var certificate: String
    /// Not encrypted: nobody is there to enter a passphrase when a server starts.
    public var key: String

    public init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// Whether clients need a certificate.
  public enum ClientVerification: String, Sendable, CaseIterable {
    case required
    /// One that is shown has to be valid; none may be shown.
    case optional
  }

  /// The first whose certificate names the host that a client asks for is shown; the very first where none does.
  public var identities: [Identity]
  /// A PEM file of the authorities that sign clients' certificates; nil: clients are not asked for one.
  public var clientAuthorities: String?
  public var clientVerification: ClientVerification

  public init(
    identities: [Identity], clientAuthorities: String? = nil, clientVerification: ClientVerification = .required
  ) {
    self.identities = identities
    self.clientAuthorities = clientAuthorities
    self.clientVerification = clientVerification
  }
}

extension TLSConfiguration {
  /// All for which no server could show these certificates: every file that cannot be used, not the first alone.
  public func faults() -> [TLSError] {
    if identities.isEmpty { return [.noCertificate] }
    return identities.flatMap(TLSContext.faults) + [TLSContext.faultOfClientAuthorities(self)].compactMap(\.self)
  }
}
