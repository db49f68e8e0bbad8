import Foundation
import HTTPServer
import Testing

/// Files of certificates and keys: which are taken, and how they are exchanged.
@Suite("TLS: certificates and keys")
struct TLSAcceptorTests {
  private func error(_ configuration: TLSConfiguration) -> String {
    do throws(TLSError) {
      _ = try TLSAcceptor(configuration)
      return "none"
    } catch {
      return error.description
    }
  }

  @Test("what cannot be used is named, with the reason")
  func unusable() async throws {
    let certificates = try await TestCertificates.shared()
    let server = certificates.identity("server")
    func configuration(certificate: String? = nil, key: String? = nil) -> TLSConfiguration {
      TLSConfiguration(identities: [.init(certificate: certificate ?? server.certificate, key: key ?? server.key)])
    }
    #expect(error(TLSConfiguration(identities: [])).contains("at least one certificate"))
    #expect(error(configuration(certificate: "/no/such.pem")).contains("/no/such.pem cannot be used: No such file"))
    #expect(error(configuration(key: "/no/such.key")).contains("/no/such.key cannot be used: No such file"))
    #expect(error(configuration(certificate: server.key)).contains("\(server.key) cannot be used: no start line"))
    #expect(error(configuration(key: server.certificate)).contains("\(server.certificate) cannot be used"))
    #expect(
      error(configuration(key: certificates.path("other.key"))).contains("other.key does not belong to the certificate")
    )
    var clients = configuration()
    clients.clientAuthorities = server.key
    #expect(error(clients).contains("authorities of clients' certificates, \(server.key), cannot be used"))
  }

  @Test("every file that cannot be used is named, and what does not belong together")
  func faults() async throws {
    let certificates = try await TestCertificates.shared()
    let server = certificates.identity("server")
    func faults(_ identities: [TLSConfiguration.Identity], clients: String? = nil) -> [TLSError] {
      TLSConfiguration(identities: identities, clientAuthorities: clients).faults()
    }
    #expect(faults([server], clients: certificates.path("authority.pem")) == [])
    #expect(faults([]) == [.noCertificate])
    let reason = "No such file or directory"
    #expect(
      faults([server, .init(certificate: "/a.pem", key: "/a.key"), .init(certificate: "/b.pem", key: server.key)])
        == [
          .unusableCertificate(path: "/a.pem", reason: reason), .unusableKey(path: "/a.key", reason: reason),
          .unusableCertificate(path: "/b.pem", reason: reason),
        ])
    let other = certificates.path("other.key")
    #expect(
      faults([.init(certificate: server.certificate, key: other)], clients: "/c.pem") == [
        .keyDoesNotMatch(key: other, certificate: server.certificate),
        .unusableClientAuthorities(path: "/c.pem", reason: reason),
      ])
  }

  @Test("a key with a passphrase is refused rather than asked for")
  func passphrase() async throws {
    let certificates = try await TestCertificates.shared()
    let locked = certificates.path("locked-\(UUID().uuidString).key")
    try await certificates.openssl([
      "pkey", "-in", certificates.path("server.key"), "-out", locked, "-aes256", "-passout", "pass:secret",
    ])
    let identity = TLSConfiguration.Identity(certificate: certificates.path("server.pem"), key: locked)
    #expect(error(TLSConfiguration(identities: [identity])).contains("without a passphrase is needed"))
  }

  @Test("a key of another kind than the certificate's does not belong to it")
  func otherKind() async throws {
    let certificates = try await TestCertificates.shared()
    let key = certificates.path("rsa-\(UUID().uuidString).key")
    try await certificates.openssl(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key])
    let identity = TLSConfiguration.Identity(certificate: certificates.path("server.pem"), key: key)
    #expect(error(TLSConfiguration(identities: [identity])).contains("does not belong to the certificate"))
  }

  @Test("keys that others can read and certificates near their end are mentioned")
  func warnings() async throws {
    let certificates = try await TestCertificates()
    let identity = certificates.identity("server")
    let acceptor = try TLSAcceptor(TLSConfiguration(identities: [identity]))
    #expect(acceptor.warnings().isEmpty)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: identity.key)
    #expect(acceptor.warnings() == [.keyReadableByOthers(path: identity.key)])
    try await certificates.issue("server", for: "DNS:localhost", use: "serverAuth", days: 5)
    // Five whole days within the second in which it was made, then less.
    let soon = (4...5).map { TLSWarning.certificateExpiresSoon(path: identity.certificate, days: $0) }
    #expect(soon.contains { acceptor.warnings() == [$0] })
    try await certificates.issue("server", for: "DNS:localhost", use: "serverAuth", days: -1)
    #expect(acceptor.warnings() == [.certificateExpired(path: identity.certificate)])
    certificates.remove()
  }

  /// A client that shows the certificate's serial number, sends a request, waits for a word and sends another.
  @Test("new files are for new connections; open ones go on; bad files change nothing")
  func reload() async throws {
    let certificates = try await TestCertificates()
    let acceptor = try TLSAcceptor(certificates.configuration())
    let test = try TestServer(acceptor: acceptor)
    let clients = TLSClients(test, certificates)
    let serial = """
      def serial(stream): return stream.getpeercert()["serialNumber"]
      def ask(stream):
          stream.sendall(REQUEST)
          return stream.recv(1000).endswith(b"hello\\n")

      """
    let before = try await clients.python(serial + "print(serial(connect()))")
    // The old connection begins before the exchange and asks again after it.
    let mark = certificates.path("renewed")
    async let old = clients.python(
      serial + """
        import os
        c = connect()
        print(ask(c))
        while not os.path.exists("\(mark)"): time.sleep(0.01)
        print(ask(c), serial(c))
        """)
    #expect(await eventually { test.handlers.answeredCount == 1 })

    try await certificates.issue("server", for: "DNS:localhost", use: "serverAuth")
    try acceptor.reload()
    try "".write(toFile: mark, atomically: true, encoding: .utf8)
    #expect(try await old == "True\nTrue \(before)")
    let after = try await clients.python(serial + "print(serial(connect()))")
    #expect(after != before)

    try "rubbish".write(toFile: certificates.path("server.pem"), atomically: true, encoding: .utf8)
    #expect(throws: TLSError.self) { try acceptor.reload() }
    #expect(try await clients.python(serial + "print(serial(connect()))") == after)
    await test.stop()
    certificates.remove()
  }
}
