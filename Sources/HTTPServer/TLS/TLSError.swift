/// Why certificates and keys cannot be used.
public enum TLSError: Error, Sendable, Equatable, CustomStringConvertible {
  case noCertificate
  case unusableCertificate(path: String, reason: String)
  case unusableKey(path: String, reason: String)
  case keyDoesNotMatch(key: String, certificate: String)
  case unusableClientAuthorities(path: String, reason: String)
  /// OpenSSL does not offer what the server needs.
  case library(reason: String)

  public var description: String {
    switch self {
    case .noCertificate: "TLS needs at least one certificate with its key."
    case .unusableCertificate(let path, let reason):
      "The certificate \(path) cannot be used: \(reason). A PEM file is needed, the server's own certificate first."
    case .unusableKey(let path, let reason):
      "The key \(path) cannot be used: \(reason). A PEM file without a passphrase is needed."
    case .keyDoesNotMatch(let key, let certificate): "The key \(key) does not belong to the certificate \(certificate)."
    case .unusableClientAuthorities(let path, let reason):
      "The authorities of clients' certificates, \(path), cannot be used: \(reason). A PEM file is needed."
    case .library(let reason): "OpenSSL cannot serve TLS as needed: \(reason)."
    }
  }
}
