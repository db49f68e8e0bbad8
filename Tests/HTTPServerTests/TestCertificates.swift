import Foundation
import HTTPServer

/// Authorities, certificates and keys, made by the openssl program; EC keys, which are quick to make.
struct TestCertificates: Sendable {
  let folder: URL

  /// Made once for all tests.
  private static let made = Task { try await TestCertificates() }

  static func shared() async throws -> TestCertificates { try await made.value }

  /// A set of its own, for tests that change files.
  init() async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await makeAuthority("authority")
    try await makeAuthority("strangers")
    try await issue("server", for: "DNS:localhost,IP:127.0.0.1", use: "serverAuth")
    try await issue("other", for: "DNS:other.test,DNS:*.wild.test", use: "serverAuth")
    try await issue("client", for: "DNS:client", use: "clientAuth")
    try await issue("stranger", for: "DNS:stranger", use: "clientAuth", by: "strangers")
  }

  func path(_ file: String) -> String { folder.appending(path: file).path }

  func identity(_ name: String) -> TLSConfiguration.Identity {
    TLSConfiguration.Identity(certificate: path("\(name).pem"), key: path("\(name).key"))
  }

  /// What most tests serve with: "server", and "other" for its own names.
  func configuration(
    clientAuthorities: String? = nil, clientVerification: TLSConfiguration.ClientVerification = .required
  ) -> TLSConfiguration {
    TLSConfiguration(
      identities: [identity("server"), identity("other")],
      clientAuthorities: clientAuthorities.map(path), clientVerification: clientVerification)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

  private func makeAuthority(_ name: String) async throws {
    try await openssl(
      ["req", "-x509"] + Self.newKey + [
        "-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-days", "30", "-subj", "/CN=\(name)",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
      ])
  }

  func issue(
    _ name: String, for names: String, use: String, by authority: String = "authority", days: Int = 30
  ) async throws {
    let request = path("\(name).csr")
    try await openssl(
      ["req"] + Self.newKey + ["-keyout", path("\(name).key"), "-out", request, "-subj", "/CN=\(name)"])
    let extensions = "subjectAltName=\(names)\nextendedKeyUsage=\(use)\nbasicConstraints=CA:FALSE\n"
    try extensions.write(toFile: path("\(name).extensions"), atomically: true, encoding: .utf8)
    try await openssl([
      "x509", "-req", "-in", request, "-CA", path("\(authority).pem"), "-CAkey", path("\(authority).key"),
      "-CAcreateserial", "-days", "\(days)", "-extfile", path("\(name).extensions"), "-out", path("\(name).pem"),
    ])
    // openssl makes it so by itself from 3.0 on; the tests depend on it.
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path("\(name).key"))
  }

  /// Runs the openssl program, which has to succeed.
  func openssl(_ arguments: [String]) async throws {
    let status = try await blocking {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/openssl")
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    guard status == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: ["openssl": arguments]) }
  }
}
