import AccessControl
import HTTPCore
import HTTPServer
import HTTPTypes
import Testing

/// The guard of operations that change the server's state, on the wire. `StateChangePolicyTests` has every case of the
/// decision, also those for which a second machine would be needed.
@Suite("Operations that change state")
struct StateChangeTests {
  /// A server with such routes beside others at the same path, and the handlers' log.
  private func withServer(
    cors: [String]? = nil, access: AccessPolicy = .none, isOpened: Bool = false,
    _ body: @escaping @Sendable (_ port: Int, _ log: HandlerLog) throws -> Void
  ) async throws {
    let log = HandlerLog()
    let router = Router([
      Route(
        .post, "/models/reload", name: "reload", bodyLimit: 8 << 20, access: isOpened ? .open : .scope(.admin),
        changesState: true,
        headCheck: { head, _, _ in
          // A guarded request never gets as far.
          guard head.headerFields[.origin] == nil else { return .answer(.text("checked", status: .badRequest)) }
          return .proceed { request in
            log.started()
            return .text("\(request.body.count)")
          }
        }),
      Route(.get, "/models/{name}", name: "show") { _, _ in .text("shown") },
      Route(.post, "/models/{name}", name: "ask") { _, _ in .text("asked") },
      Route(.get, "/count", name: "count", changesState: true) { _, _ in
        log.started()
        return .text("counted")
      },
    ])
    let configuration = ServerConfiguration(
      hosts: ["127.0.0.1"], port: 0, timeouts: patientTimeouts, cors: try cors.map(CORSPolicy.init))
    let server = Server(configuration: configuration, router: router, access: access)
    let port = try server.start()[0].port
    try await blocking { try body(port, log) }
    await server.stop(gracePeriod: patience)
  }

  private static func exchange(
    _ port: Int, _ line: String, host: String? = nil, _ lines: [String] = [], body: String = ""
  ) throws -> RawClient.Response? {
    let client = try RawClient(port: port)
    let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
    let head = ["\(line) HTTP/1.1", "Host: \(host ?? "localhost:\(port)")"] + lines + length
    client.send(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    return client.response()
  }

  @Test("this machine may, with JSON or without a body, by name, address and from its own page")
  func allowed() async throws {
    try await withServer { port, log in
      let requests: [(host: String?, lines: [String], body: String, answer: String)] = [
        (nil, [], "", "0"), ("127.0.0.1:\(port)", [], "", "0"), ("[::1]:1", [], "", "0"), ("a.localhost", [], "", "0"),
        (nil, ["Content-Type: application/json"], "{}", "2"), (nil, ["Sec-Fetch-Site: none"], "", "0"),
      ]
      for request in requests {
        let answer = try Self.exchange(
          port, "POST /models/reload", host: request.host, request.lines, body: request.body)
        #expect(answer?.status == 200, "\(request)")
        #expect(answer?.body == request.answer)
      }
      #expect(log.startedCount == requests.count)
      #expect(try Self.exchange(port, "GET /count", ["Origin: http://localhost:\(port)"])?.body == "counted")
    }
  }

  @Test(
    "others are refused before the handler runs, and told why",
    arguments: [
      (nil, ["Origin: https://attacker.example"], "", 403, "the Origin is \"https://attacker.example\""),
      (nil, ["Origin: null"], "", 403, "the Origin is \"null\""),
      (nil, ["Sec-Fetch-Site: cross-site"], "", 403, "Sec-Fetch-Site is \"cross-site\""),
      (nil, ["Sec-Fetch-Site: same-site"], "", 403, "Sec-Fetch-Site is \"same-site\""),
      ("attacker.example", [], "", 403, "--api-keys"), ("192.168.1.5:8080", [], "", 403, "--api-keys"),
      ("localhost.attacker.example", [], "", 403, "--api-keys"), ("", [], "", 403, "--api-keys"),
      (nil, [], "{}", 415, "there is no Content-Type"),
      (nil, ["Content-Type: text/plain"], "{}", 415, "the Content-Type is \"text/plain\""),
    ] as [(String?, [String], String, Int, String)])
  func refused(_ host: String?, _ lines: [String], _ body: String, _ status: Int, _ says: String) async throws {
    try await withServer { port, log in
      let answer = try Self.exchange(port, "POST /models/reload", host: host, lines, body: body)
      #expect(answer?.status == status)
      #expect(answer?.body.contains(says) == true, "\(answer?.body ?? "no answer")")
      #expect(log.startedCount == 0)
    }
  }

  @Test("a refusal comes before the body, which is not asked for")
  func beforeTheBody() async throws {
    try await withServer { port, log in
      for lines in [
        ["Content-Length: 8000000"], ["Content-Length: 8000000", "Expect: 100-continue"],
        ["Content-Type: application/json", "Content-Length: 8000000", "Origin: null", "Expect: 100-continue"],
      ] {
        let answer = try Self.exchange(port, "POST /models/reload", lines)
        #expect([403, 415].contains(answer?.status ?? 0), "\(lines)")
        #expect(answer?.fields["connection"] == "close")
      }
      #expect(log.startedCount == 0)
    }
  }

  @Test("the flag suffices: a GET that changes state is guarded, its neighbours are not")
  func neighbours() async throws {
    try await withServer { port, log in
      for method in ["GET", "HEAD"] {
        let client = try RawClient(port: port)
        client.send("\(method) /count HTTP/1.1\r\n\(host)Origin: null\r\n\r\n")
        #expect(client.response(toHead: method == "HEAD")?.status == 403)
      }
      #expect(log.startedCount == 0)
      let foreign = ["Origin: https://attacker.example", "Sec-Fetch-Site: cross-site", "Content-Type: text/plain"]
      #expect(try Self.exchange(port, "GET /models/a", host: "attacker.example", foreign)?.body == "shown")
      #expect(try Self.exchange(port, "POST /models/a", host: "attacker.example", foreign, body: "x")?.body == "asked")
    }
  }

  @Test("no list of origins opens them, nor lets a page read the refusal", arguments: [["*"], ["https://a.example"]])
  func origins(_ origins: [String]) async throws {
    try await withServer(cors: origins) { port, log in
      let lines = ["Origin: https://a.example", "Sec-Fetch-Site: cross-site"]
      let answer = try Self.exchange(port, "POST /models/reload", lines)
      #expect(answer?.status == 403)
      #expect(answer?.fields["access-control-allow-origin"] == nil)
      #expect(try Self.exchange(port, "GET /models/a", lines)?.fields["access-control-allow-origin"] != nil)
      #expect(log.startedCount == 0)
    }
  }

  @Test("no preflight is granted for them; the other methods of the path keep theirs")
  func preflights() async throws {
    try await withServer(cors: ["*"]) { port, _ in
      func preflight(_ path: String, for method: String) throws -> RawClient.Response? {
        try Self.exchange(
          port, "OPTIONS \(path)",
          [
            "Origin: https://a.example", "Access-Control-Request-Method: \(method)",
            "Access-Control-Request-Headers: content-type",
          ])
      }
      for (path, method) in [("/models/reload", "POST"), ("/count", "GET"), ("/count", "HEAD")] {
        let answer = try preflight(path, for: method)
        #expect(answer?.status == 204)
        #expect(answer?.fields.keys.filter { $0.hasPrefix("access-control-") } == [], "\(method) \(path)")
      }
      let reading = try preflight("/models/reload", for: "GET")
      #expect(reading?.fields["allow"] == "GET, HEAD, OPTIONS, POST")
      #expect(reading?.fields["access-control-allow-origin"] == "*")
      #expect(reading?.fields["access-control-allow-methods"] == "GET, HEAD, OPTIONS")
      let asking = try preflight("/models/a", for: "POST")
      #expect(asking?.fields["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST")
    }
  }

  @Test("with a key any Host will do, and pages of other origins are refused as without")
  func keys() async throws {
    let made = try APIKey.generate(name: "operator", scopes: [.admin], expires: nil)
    try await withServer(access: AccessPolicy(keys: KeyRing([made.key]))) { port, log in
      let key = "X-API-Key: \(made.secret)"
      #expect(try Self.exchange(port, "POST /models/reload", host: "images.example", [key])?.status == 200)
      #expect(try Self.exchange(port, "POST /models/reload", host: "images.example")?.status == 401)
      let page = try Self.exchange(port, "POST /models/reload", [key, "Origin: https://a.example"])
      #expect(page?.status == 403)
      let text = try Self.exchange(port, "POST /models/reload", [key, "Content-Type: text/plain"], body: "{}")
      #expect(text?.status == 415)
      #expect(log.startedCount == 1)
    }
  }

  @Test("where keys are asked for, an operation that is opened is guarded as without keys")
  func opened() async throws {
    let made = try APIKey.generate(name: "operator", scopes: [.admin], expires: nil)
    try await withServer(access: AccessPolicy(keys: KeyRing([made.key])), isOpened: true) { port, log in
      let own = try Self.exchange(port, "POST /models/reload")
      #expect(own?.status == 200)
      let foreign = try Self.exchange(port, "POST /models/reload", host: "images.example")
      #expect(foreign?.status == 403)
      #expect(log.startedCount == 1)
    }
  }
}
