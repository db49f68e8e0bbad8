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
      "Private key of the certificate at the same place: a PEM file without a passphrase.", valueName: "file"))
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

  /// - Throws: `ValidationError` naming the setting and what it takes.
  func configuration(_ settings: Settings) throws -> TLSConfiguration? {
    let certificates = settings.list("tls-certificate", tlsCertificate)
    let keys = settings.list("tls-key", tlsKey)
    let clientAuthorities = settings.text("tls-client-ca", tlsClientCA)
    guard certificates.count == keys.count else {
      throw ValidationError(
        "--tls-certificate and --tls-key go in pairs, but there are \(certificates.count) and \(keys.count)")
    }
    let verification: TLSConfiguration.ClientVerification = try settings.choice(
      "tls-client-verification", tlsClientVerification, default: .required)
    guard !certificates.isEmpty else {
      if clientAuthorities != nil { throw ValidationError("--tls-client-ca needs --tls-certificate and --tls-key") }
      return nil
    }
    return TLSConfiguration(
      identities: zip(certificates, keys).map { TLSConfiguration.Identity(certificate: $0, key: $1) },
      clientAuthorities: clientAuthorities, clientVerification: verification)
  }
}

extension TLSConfiguration.ClientVerification: ExpressibleByArgument {}

extension Settings {
  /// What a repeatable option was given, or else the environment's values between commas.
  fileprivate func list(_ name: String, _ options: [String]) -> [String] {
    guard options.isEmpty, let text = text(name, nil) else { return options }
    return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
