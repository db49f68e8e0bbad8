import HTTPServer
import Testing

@Suite("TLS: certificates of clients")
struct TLSClientCertificateTests {
  private typealias Verification = TLSConfiguration.ClientVerification

  /// Who is let in: the certificate's name, whether it is required, and what curl then says.
  @Test(
    "a required certificate has to be there and of a known authority; an optional one may be missing",
    arguments: [
      ("client", .required, "hello\n"), ("stranger", .required, "unknown ca"), (nil, .required, "certificate required"),
      ("client", .optional, "hello\n"), ("stranger", .optional, "unknown ca"), (nil, .optional, "hello\n"),
      // A certificate of the right authority, but made for servers.
      ("other", .required, "unsupported certificate"),
    ] as [(String?, TLSConfiguration.ClientVerification, String)])
  func verification(
    _ name: String?, _ verification: TLSConfiguration.ClientVerification, _ outcome: String
  ) async throws {
    let certificates = try await TestCertificates.shared()
    let configuration = certificates.configuration(
      clientAuthorities: "authority.pem", clientVerification: verification)
    let test = try TestServer(tls: configuration)
    let clients = TLSClients(test, certificates)
    let shown = name.map { ["--cert", certificates.path("\($0).pem"), "--key", certificates.path("\($0).key")] } ?? []
    let output = try await clients.curl("/hello", shown)
    #expect(output.contains(outcome), "\(output)")
    #expect(test.handlers.answeredCount == (outcome == "hello\n" ? 1 : 0))
    await test.stop()
  }

  @Test("it is asked for whichever host name the client uses, and for TLS 1.2 too", arguments: ["1.2", "1.3"])
  func everyName(_ version: String) async throws {
    let certificates = try await TestCertificates.shared()
    let test = try TestServer(tls: certificates.configuration(clientAuthorities: "authority.pem"))
    let clients = TLSClients(test, certificates)
    for host in ["localhost", "other.test"] {
      let output = try await clients.curl("/hello", host: host, ["--tls-max", version])
      #expect(output.contains("alert"), "\(output)")
    }
    #expect(test.handlers.answeredCount == 0)
    await test.stop()
  }

  @Test("a session with a certificate is resumed without showing it again")
  func resumption() async throws {
    let certificates = try await TestCertificates.shared()
    let test = try TestServer(tls: certificates.configuration(clientAuthorities: "authority.pem"))
    let clients = TLSClients(test, certificates)
    let output = try await clients.python(
      """
      context.load_cert_chain("\(certificates.path("client.pem"))", "\(certificates.path("client.key"))")
      first = connect()
      first.sendall(REQUEST)
      first.recv(1000)
      second = connect(session=first.session)
      second.sendall(REQUEST)
      print(second.session_reused, second.recv(1000).endswith(b"hello\\n"))
      """)
    #expect(output == "True True\n")
    await test.stop()
  }
}
