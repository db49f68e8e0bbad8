import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("serve over TLS", .timeLimit(.minutes(5)))
struct SecureServeCommandTests {
  private let convserve: ConvServe

  init() throws { convserve = try ConvServe() }

  /// A certificate for localhost that is its own authority, `NAME.pem`, and its key, `NAME.key`.
  private func makeCertificate(_ name: String) async throws {
    let openssl = try RunningProgram(
      URL(fileURLWithPath: "/usr/bin/openssl"),
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(name).key",
        "-out", "\(name).pem", "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
      ], in: convserve.folder.url)
    try #require(try await openssl.exitStatus() == 0, "\(openssl.errors)")
  }

  /// What curl gets that trusts the certificate of this name alone.
  private func ask(_ url: String, trusting name: String) async throws -> (status: Int32, output: String) {
    let curl = try RunningProgram(
      URL(fileURLWithPath: "/usr/bin/curl"), ["-sS", "--cacert", "\(name).pem", url], in: convserve.folder.url)
    let status = try await curl.exitStatus()
    return (status, curl.output)
  }

  private func startServer(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (RunningProgram, String) {
    let server = try convserve.start(
      ["serve", "--host", "127.0.0.1", "--port", "0"] + arguments, environment: environment)
    let isReady = await eventually { server.errors.contains("ready after") }
    try #require(isReady, "\(server.errors)")
    let line = try #require(server.output.firstMatch(of: /listening on https:\/\/127\.0\.0\.1:([0-9]+)\n/))
    return (server, "https://localhost:\(line.1)/readyz")
  }

  @Test("SIGHUP exchanges the certificate; a bad file is named and changes nothing; a key for all is mentioned")
  func renewal() async throws {
    for name in ["first", "second"] { try await makeCertificate(name) }
    let folder = convserve.folder.url
    try convserve.folder.copy(folder.appendingPathComponent("first.pem"), to: "server.pem")
    try convserve.folder.copy(folder.appendingPathComponent("first.key"), to: "server.key")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: folder.appendingPathComponent("server.key").path)
    let (server, url) = try await startServer(["--tls-certificate", "server.pem", "--tls-key", "server.key"])
    #expect(server.errors.contains("every user of this machine can read the key server.key"))
    #expect(try await ask(url, trusting: "first").output.contains("ready"))

    for (from, to) in [("second.pem", "server.pem"), ("second.key", "server.key")] {
      try Data(contentsOf: folder.appendingPathComponent(from)).write(to: folder.appendingPathComponent(to))
    }
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("certificates read again") })
    #expect(try await ask(url, trusting: "second").output.contains("ready"))
    #expect(try await ask(url, trusting: "first").status == 60)

    try convserve.folder.write("rubbish", to: "server.pem")
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("stay as they were: The certificate server.pem cannot be used") })
    #expect(try await ask(url, trusting: "second").output.contains("ready"))
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("a SIGHUP that comes while the server starts is acted on once it runs")
  func earlyHangup() async throws {
    try await makeCertificate("server")
    let (certificate, real) = (path("server.pem"), path("real.pem"))
    try FileManager.default.moveItem(atPath: certificate, toPath: real)
    // The server waits in it for its certificate, for as long as nobody writes.
    try #require(mkfifo(certificate, 0o600) == 0)
    let server = try convserve.start(
      ["serve", "--host", "127.0.0.1", "--port", "0", "--tls-certificate", "server.pem", "--tls-key", "server.key"])
    let pipe = try await writer(to: certificate)
    server.send(SIGHUP)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: real))
    // Whatever reads the certificate after the pipe does.
    try #require(rename(real, certificate) == 0)
    try pipe.write(contentsOf: bytes)
    try pipe.close()
    #expect(await eventually { server.errors.contains("certificates read again") }, "\(server.errors)")
    // SIGTERM ends a server at once that does not listen yet.
    #expect(await eventually { server.output.contains("listening") }, "\(server.errors)")
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  private func path(_ name: String) -> String { convserve.folder.url.appendingPathComponent(name).path }

  /// A pipe's end for writing, once it has a reader.
  private func writer(to pipe: String) async throws -> FileHandle {
    let descriptor = Mutex<Int32>(-1)
    try #require(
      await eventually {
        descriptor.withLock { descriptor in
          descriptor = open(pipe, O_WRONLY | O_NONBLOCK)
          return descriptor >= 0
        }
      }, "nobody reads \(pipe)")
    return FileHandle(fileDescriptor: descriptor.withLock { $0 }, closeOnDealloc: true)
  }

  @Test("the environment names files between commas")
  func environment() async throws {
    for name in ["first", "second"] { try await makeCertificate(name) }
    let (server, url) = try await startServer(
      [],
      environment: [
        "CONVSERVE_TLS_CERTIFICATE": "first.pem, second.pem", "CONVSERVE_TLS_KEY": "first.key, second.key",
      ])
    #expect(try await ask(url, trusting: "first").output.contains("ready"))
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }
}
