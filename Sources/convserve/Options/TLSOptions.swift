import ArgumentParser
import Foundation
import HTTPServer

/// The options of `serve` that are about TLS.
struct TLSOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Certificate to serve HTTPS with: a PEM file, followed by those that lead to its authority. May be repeated, one \
      for each host name; the first is for all others. In the environment: separated by commas. (default: none, plain \
      HTTP)
      """, valueName: "file"))
  var tlsCertificate: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Private key of the certificate at the same place: a PEM file without a passphrase. (default: none, plain HTTP)",
      valueName: "file"))
  var tlsKey: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Authorities that sign the certificates of clients: a PEM file. (default: none, clients need no certificate)",
      valueName: "file"))
  var tlsClientCA: String?

  @Option(
    name: .long,
    help: "With --tls-client-ca: whether a client's certificate is required or optional. (default: required)")
  var tlsClientVerification: String?

  /// `nil` for plain HTTP.
  func configuration(_ settings: Settings) -> TLSConfiguration? {
    let certificates = settings.list("tls-certificate", tlsCertificate)
    let keys = settings.list("tls-key", tlsKey)
    let clientAuthorities = settings.value("tls-client-ca", tlsClientCA)
    let verification = clientVerification(settings)
    // What was given and refused has been complained of.
    if certificates == nil, settings.isGiven("tls-certificate", tlsCertificate.first) { return nil }
    if keys == nil, settings.isGiven("tls-key", tlsKey.first) { return nil }
    let counts = (certificates?.value.count ?? 0, keys?.value.count ?? 0)
    guard counts.0 == counts.1 else {
      settings.complain(
        (certificates ?? keys)!.origin,
        "goes in pairs of --tls-certificate and --tls-key, but there are \(counts.0) and \(counts.1)")
      return nil
    }
    guard let certificates, let keys else {
      if let clientAuthorities {
        settings.complain(clientAuthorities.origin, "needs --tls-certificate and --tls-key")
      }
      return nil
    }
    return TLSConfiguration(
      identities: zip(certificates.value, keys.value).map { TLSConfiguration.Identity(certificate: $0, key: $1) },
      clientAuthorities: clientAuthorities?.value, clientVerification: verification)
  }

  private func clientVerification(_ settings: Settings) -> TLSConfiguration.ClientVerification {
    let name = "tls-client-verification"
    if !settings.isGiven("tls-client-ca", tlsClientCA), let given = settings.value(name, tlsClientVerification) {
      settings.complain(given.origin, "needs --tls-client-ca: without it clients are not asked for certificates")
      return .required
    }
    return settings.choice(name, tlsClientVerification, default: .required)
  }
}

extension TLSConfiguration.ClientVerification: ExpressibleByArgument {}
