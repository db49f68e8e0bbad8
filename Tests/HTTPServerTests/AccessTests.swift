import AccessControl
import Foundation
import HTTPServer
import HTTPTypes
import Testing

/// Keys and limits as clients meet them on the wire.
@Suite("Access")
struct AccessTests {
  /// A server with routes of every kind, and the handlers' log.
  private func withServer(
    _ access: AccessPolicy, _ body: @Sendable (_ port: Int, _ log: HandlerLog) async throws -> Void
  ) async throws {
    let log = HandlerLog()
    let router = Router([
      Route(.post, "/infer", name: "infer", bodyLimit: 8 << 20, access: .scope(.infer)) { request, _ in
        log.started()
        return .text("\(request.body.count)")
      },
      Route(.get, "/wait", name: "wait", access: .scope(.inspect)) { _, _ in
        log.started()
        await log.gate()
        return .text("done")
      },
      Route(.get, "/admin", name: "admin", access: .scope(.admin)) { _, _ in .text("admin") },
      Route(.get, "/open", name: "open") { _, _ in .text("open") },
      Route(.get, "/health", name: "health", access: .unlimited) { _, _ in .text("alive") },
    ])
    let server = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: 0, timeouts: patientTimeouts), router: router,
      access: access)
    let port = try server.start()[0].port
    try await body(port, log)
    await server.stop(gracePeriod: patience)
  }

  /// Keys named after their scopes, and their secrets.
  private func keys() throws -> (ring: KeyRing, secrets: [Scope: String]) {
    let made = try Scope.allCases.map { ($0, try APIKey.generate(name: $0.rawValue, scopes: [$0], expires: nil)) }
    return (KeyRing(made.map(\.1.key)), Dictionary(uniqueKeysWithValues: made.map { ($0, $1.secret) }))
  }

  private func exchange(_ port: Int, _ request: String) async throws -> RawClient.Response? {
    try await blocking {
      let client = try RawClient(port: port)
      client.send(request)
      return client.response()
    }
  }

  @Test("a key is taken from Authorization, in any case of Bearer, and from X-API-Key")
  func fields() async throws {
    let (ring, secrets) = try keys()
    let secret = secrets[.admin]!
    try await withServer(AccessPolicy(keys: ring)) { port, _ in
      for field in ["Authorization: Bearer \(secret)", "authorization: bearer  \(secret)", "X-API-Key: \(secret)"] {
        let answer = try await exchange(port, "GET /admin HTTP/1.1\r\n\(host)\(field)\r\n\r\n")
        #expect(answer?.status == 200, "\(field)")
      }
      for field in ["Authorization: Basic \(secret)", "Authorization: Bearer", "X-API-Key: ", "Cookie: \(secret)"] {
        let answer = try await exchange(port, "GET /admin HTTP/1.1\r\n\(host)\(field)\r\n\r\n")
        #expect(answer?.status == 401, "\(field)")
      }
    }
  }

  @Test("401 and 403 carry the challenges of RFC 6750")
  func challenges() async throws {
    let (ring, secrets) = try keys()
    try await withServer(AccessPolicy(keys: ring)) { port, _ in
      let none = try await exchange(port, "GET /admin HTTP/1.1\r\n\(host)\r\n")
      #expect(none?.status == 401)
      #expect(none?.fields["www-authenticate"] == #"Bearer realm="convserve""#)
      let unknown = try await exchange(port, "GET /admin HTTP/1.1\r\n\(host)X-API-Key: x\r\n\r\n")
      #expect(unknown?.status == 401)
      #expect(unknown?.fields["www-authenticate"] == #"Bearer realm="convserve", error="invalid_token""#)
      let lacking = try await exchange(port, "GET /admin HTTP/1.1\r\n\(host)X-API-Key: \(secrets[.infer]!)\r\n\r\n")
      #expect(lacking?.status == 403)
      #expect(
        lacking?.fields["www-authenticate"]
          == #"Bearer realm="convserve", error="insufficient_scope", scope="admin""#)
      #expect(lacking?.body.contains("does not have the scope admin") == true)
    }
  }

  @Test("without a key a body is refused before it is sent, and never reaches its handler")
  func beforeTheBody() async throws {
    let (ring, _) = try keys()
    try await withServer(AccessPolicy(keys: ring)) { port, log in
      let waiting = try await exchange(
        port, "POST /infer HTTP/1.1\r\n\(host)Content-Length: 8000000\r\nExpect: 100-continue\r\n\r\n")
      #expect(waiting?.status == 401)
      #expect(waiting?.fields["connection"] == "close")
      // Not a byte of this one comes: the header alone decides.
      let announced = try await exchange(port, "POST /infer HTTP/1.1\r\n\(host)Content-Length: 8000000\r\n\r\n")
      #expect(announced?.status == 401)
      #expect(log.startedCount == 0)
    }
  }

  @Test("health, open routes, what is not there, and preflights need no key")
  func open() async throws {
    let (ring, _) = try keys()
    try await withServer(AccessPolicy(keys: ring)) { port, _ in
      for (request, status) in [("GET /health", 200), ("GET /open", 200), ("GET /x", 404), ("OPTIONS /admin", 204)] {
        let answer = try await exchange(port, "\(request) HTTP/1.1\r\n\(host)\r\n")
        #expect(answer?.status == status, "\(request)")
      }
    }
  }

  @Test("beyond the rate it is 429 with Retry-After, on a connection that stays; health checks go on")
  func rate() async throws {
    let rate = RequestRate(perSecond: 0.01, burst: 2)
    try await withServer(AccessPolicy(rate: rate)) { port, _ in
      let answers = try await blocking {
        let client = try RawClient(port: port)
        client.send(
          ["/open", "/open", "/open", "/nothing", "/health"].map { "GET \($0) HTTP/1.1\r\n\(host)\r\n" }.joined())
        return (0..<5).compactMap { _ in client.response() }
      }
      #expect(answers.map(\.status) == [200, 200, 429, 429, 200])
      #expect(answers[0].fields["ratelimit-policy"] == #""requests";q=2;w=200"#)
      #expect(answers[0].fields["ratelimit"] == #""requests";r=1;t=100"#)
      #expect(answers[2].fields["ratelimit"] == #""requests";r=0;t=100"#)
      #expect(answers[2].fields["retry-after"] == "100")
      #expect(answers[4].fields["ratelimit"] == nil)
    }
  }

  @Test("more requests than may be under way are 429 until one is answered")
  func concurrency() async throws {
    try await withServer(AccessPolicy(concurrent: 1)) { port, log in
      async let first = exchange(port, "GET /wait HTTP/1.1\r\n\(host)\r\n")
      #expect(await eventually { log.startedCount == 1 })
      let second = try await exchange(port, "GET /open HTTP/1.1\r\n\(host)\r\n")
      #expect(second?.status == 429)
      #expect(second?.fields["retry-after"] == "1")
      log.open()
      let answer = try await first
      #expect(answer?.status == 200)
      // The permit goes with the answer, which the client may see a moment sooner.
      var status: Int?
      for _ in 0..<1000 where status != 200 {
        status = try await exchange(port, "GET /open HTTP/1.1\r\n\(host)\r\n")?.status
      }
      #expect(status == 200)
    }
  }

  @Test("a client that goes away frees its place")
  func departure() async throws {
    try await withServer(AccessPolicy(concurrent: 1)) { port, log in
      try await blocking {
        let client = try RawClient(port: port)
        client.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
        while log.startedCount == 0 { usleep(1000) }
        client.resetOnClose()
      }
      var status: Int?
      while status != 200 { status = try await exchange(port, "GET /open HTTP/1.1\r\n\(host)\r\n")?.status }
    }
  }
}

@Suite("Loopback")
struct LoopbackOnlyTests {
  @Test(
    "addresses that only this machine can reach",
    arguments: [
      ("localhost", true), ("127.0.0.1", true), ("127.1.2.3", true), ("::1", true), ("::ffff:127.0.0.1", true),
      ("0.0.0.0", false), ("::", false),
      ("192.0.2.1", false), ("2001:db8::1", false),
    ])
  func loopback(_ host: String, _ isLoopback: Bool) throws {
    #expect(try ServerConfiguration(hosts: [host], port: 0).isLoopbackOnly() == isLoopback)
    #expect(try ServerConfiguration(hosts: ["127.0.0.1", host], port: 0).isLoopbackOnly() == isLoopback)
  }
}
