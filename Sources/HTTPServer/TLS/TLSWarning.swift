import COpenSSL
import Glibc

/// Something about a certificate or a key that works and yet asks for an operator.
public enum TLSWarning: Sendable, Equatable, CustomStringConvertible {
  case keyReadableByOthers(path: String)
  case certificateExpired(path: String)
  case certificateNotValidYet(path: String)
  case certificateExpiresSoon(path: String, days: Int)

  /// Days before the end of a certificate from which on it is mentioned.
  private static let notice = 14

  public var description: String {
    switch self {
    case .keyReadableByOthers(let path):
      "every user of this machine can read the key \(path); chmod o-rwx takes that away"
    case .certificateExpired(let path): "the certificate \(path) has expired; clients will refuse it"
    case .certificateNotValidYet(let path): "the certificate \(path) is not valid yet; clients will refuse it"
    case .certificateExpiresSoon(let path, let days): "the certificate \(path) expires in \(days) days"
    }
  }

  static func all(_ identity: TLSConfiguration.Identity) -> [TLSWarning] {
    [permissions(identity.key), validity(identity.certificate)].compactMap(\.self)
  }

  private static func permissions(_ path: String) -> TLSWarning? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IROTH != 0 else { return nil }
    return .keyReadableByOthers(path: path)
  }

  private static func validity(_ path: String) -> TLSWarning? {
    guard let file = BIO_new_file(path, "r") else { return nil }
    defer { BIO_free(file) }
    guard let certificate = PEM_read_bio_X509(file, nil, nil, nil) else { return nil }
    defer { X509_free(certificate) }
    if X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0 { return .certificateNotValidYet(path: path) }
    var days: Int32 = 0
    var seconds: Int32 = 0
    // From now, which nil stands for.
    guard ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate)) == 1 else { return nil }
    if days < 0 || seconds < 0 { return .certificateExpired(path: path) }
    return days < notice ? .certificateExpiresSoon(path: path, days: Int(days)) : nil
  }
}
