import Foundation
import HTTPServer
import Testing

/// What is agreed on in a handshake, and what is not.
@Suite("TLS: handshakes")
struct TLSHandshakeTests {
  let certificates: TestCertificates
  let test: TestServer
  let clients: TLSClients

  init() async throws {
    certificates = try await .shared()
    test = try TestServer(tls: certificates.configuration())
    clients = TLSClients(test, certificates)
  }

  @Test("curl speaks TLS 1.2 and 1.3 and agrees on http/1.1", arguments: ["1.2", "1.3"])
  func versions(_ version: String) async throws {
    let output = try await clients.curl("/hello", ["-v", "--tlsv\(version)", "--tls-max", version])
    #expect(output.contains("SSL connection using TLSv\(version)"), "\(output)")
    #expect(output.contains("ALPN: server accepted http/1.1"), "\(output)")
    #expect(output.contains("hello\n"))
    await test.stop()
  }

  @Test("older versions of TLS are refused", arguments: ["-tls1", "-tls1_1"])
  func oldVersions(_ version: String) async throws {
    let output = try await clients.openssl([version, "-cipher", "ALL@SECLEVEL=0"], request: false)
    #expect(output.contains("alert protocol version"), "\(output)")
    await test.stop()
  }

  @Test(
    "TLS 1.2 without forward secrecy or authenticated encryption is refused",
    arguments: ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-CCM"])
  func weakCiphers(_ cipher: String) async throws {
    let output = try await clients.openssl(["-tls1_2", "-cipher", cipher], request: false)
    #expect(output.contains("handshake failure"), "\(output)")
    await test.stop()
  }

  @Test(
    "sound ciphers are taken",
    arguments: [
      "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
    ])
  func ciphers(_ cipher: String) async throws {
    let output = try await clients.openssl(["-tls1_2", "-cipher", cipher])
    #expect(output.contains("Cipher is \(cipher)"), "\(output)")
    #expect(output.contains("hello\n"))
    await test.stop()
  }

  @Test(
    "of the protocols that a client offers, HTTP/1.1 is chosen, then HTTP/1.0",
    arguments: [
      ("h2,http/1.1", "ALPN protocol: http/1.1"), ("http/1.0,http/1.1", "ALPN protocol: http/1.1"),
      ("http/1.0,h2", "ALPN protocol: http/1.0"), ("h2", "alert no application protocol"),
      ("http/1.10", "alert no application protocol"), ("h2,spdy/1", "alert no application protocol"),
    ])
  func protocols(_ offer: String, _ outcome: String) async throws {
    let output = try await clients.openssl(["-alpn", offer], request: false)
    #expect(output.contains(outcome), "\(output)")
    await test.stop()
  }

  @Test("a client that offers no protocol gets HTTP/1.1")
  func noProtocol() async throws {
    let output = try await clients.openssl([])
    #expect(output.contains("No ALPN negotiated"))
    #expect(output.contains("hello\n"), "\(output)")
    await test.stop()
  }

  @Test(
    "the certificate is the one for the name that is asked for, else the first",
    arguments: [
      ("localhost", "server"), ("other.test", "other"), ("deep.wild.test", "other"), ("too.deep.wild.test", "server"),
      ("OTHER.TEST", "other"), ("unknown.test", "server"),
    ])
  func serverNames(_ name: String, _ certificate: String) async throws {
    let output = try await clients.openssl(["-servername", name])
    #expect(output.contains("subject=CN = \(certificate)\n"), "\(output)")
    #expect(output.contains("hello\n"))
    await test.stop()
  }

  @Test("a client that names no host gets the first certificate")
  func noServerName() async throws {
    let output = try await clients.openssl(["-noservername"])
    #expect(output.contains("subject=CN = server\n"), "\(output)")
    await test.stop()
  }

  @Test("a client that trusts another authority, or looks for another name, does not speak")
  func distrust() async throws {
    let stranger = try await clients.curl("/hello", ["--cacert", certificates.path("strangers.pem")])
    #expect(stranger.contains("curl: (60)"), "\(stranger)")
    let name = try await clients.curl("/hello", host: "unknown.test")
    #expect(name.contains("curl: (60)"), "\(name)")
    #expect(try await clients.curl("/hello") == "hello\n")
    #expect(test.handlers.answeredCount == 1)
    await test.stop()
  }

  @Test("a session is resumed from the server's memory; there are no tickets", arguments: ["-tls1_2", "-tls1_3"])
  func resumption(_ version: String) async throws {
    let session = certificates.path("session\(version)-\(UUID().uuidString)")
    let first = try await clients.openssl([version, "-sess_out", session])
    #expect(first.contains("New, TLSv1."), "\(first)")
    #expect(!first.contains("TLS session ticket:") || version == "-tls1_3")
    let second = try await clients.openssl([version, "-sess_in", session])
    #expect(second.contains("Reused, TLSv1."), "\(second)")
    #expect(second.contains("hello\n"))
    await test.stop()
  }

  @Test("early data is not taken")
  func earlyData() async throws {
    let session = certificates.path("session-\(UUID().uuidString)")
    let output = try await clients.openssl(["-tls1_3", "-sess_out", session])
    #expect(output.contains("Max Early Data: 0"), "\(output)")
    await test.stop()
  }

  @Test("a client cannot renegotiate")
  func renegotiation() async throws {
    let output = try await clients.openssl(["-tls1_2"], commands: ["R"])
    #expect(output.contains("no renegotiation"), "\(output)")
    #expect(!output.contains("hello\n"))
    await test.stop()
  }

  @Test("keys are exchanged anew within a connection, as often as a client wants")
  func keyUpdate() async throws {
    let output = try await clients.openssl(["-tls1_3"], commands: ["k", "K", "K"])
    #expect(output.components(separatedBy: "KEYUPDATE").count == 4, "\(output)")
    #expect(output.contains("hello\n"))
    await test.stop()
  }
}
