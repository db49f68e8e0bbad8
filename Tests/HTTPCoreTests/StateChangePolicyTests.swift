import HTTPCore
import HTTPTypes
import Testing

/// What may become of a request that changes the server's state: one row a case.
struct StateChangeCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var peer = "127.0.0.1:49152"
  var host = "localhost:8080"
  /// Further field lines.
  var lines: [String] = []
  var body = ""
  var scheme = "http"
  /// Nil: it may go on.
  var refusal: StateChangeRefusal?
  /// The same where a key has been shown.
  var refusalWithKey: StateChangeRefusal?

  init(
    _ name: String, peer: String? = nil, host: String? = nil, _ lines: [String] = [], body: String = "",
    scheme: String = "http", without refusal: StateChangeRefusal? = nil, with refusalWithKey: StateChangeRefusal? = nil
  ) {
    testDescription = name
    self.peer = peer ?? self.peer
    self.host = host ?? self.host
    self.lines = lines
    self.body = body
    self.scheme = scheme
    self.refusal = refusal
    self.refusalWithKey = refusalWithKey
  }

  /// Refused, key or not.
  static func always(
    _ name: String, host: String? = nil, _ lines: [String], body: String = "", scheme: String = "http",
    _ refusal: StateChangeRefusal
  ) -> StateChangeCase {
    StateChangeCase(name, host: host, lines, body: body, scheme: scheme, without: refusal, with: refusal)
  }

  var head: RequestHead {
    get throws {
      let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
      let all = ["POST /reload HTTP/1.1", "Host: \(host)"] + lines + length
      var parser = RequestParser(limits: ParserLimits())
      parser.feed(ArraySlice((all.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
      guard case .head(let head) = try parser.next() else { throw NoHead() }
      return head
    }
  }

  private struct NoHead: Error {}
}

extension StateChangeCase {
  static let machines: [StateChangeCase] = [
    StateChangeCase("a program on this machine"),
    StateChangeCase("another loopback address", peer: "127.5.5.5:1", host: "127.5.5.5:8080"),
    StateChangeCase("IPv6", peer: "[::1]:49152", host: "[::1]:8080"),
    StateChangeCase("IPv4 at a socket for both", peer: "[::ffff:127.0.0.1]:49152"),
    StateChangeCase(
      "another machine", peer: "192.0.2.7:49152", without: .otherMachine(peer: "192.0.2.7:49152")),
    StateChangeCase(
      "another machine that writes loopback names into its header", peer: "192.0.2.7:49152",
      ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1"],
      without: .otherMachine(peer: "192.0.2.7:49152")),
    StateChangeCase(
      "another machine by IPv6", peer: "[2001:db8::7]:49152", without: .otherMachine(peer: "[2001:db8::7]:49152")),
    StateChangeCase(
      "another machine at a socket for both", peer: "[::ffff:192.0.2.7]:1",
      without: .otherMachine(peer: "[::ffff:192.0.2.7]:1")),
    StateChangeCase("a peer that nobody knows", peer: "?", without: .otherMachine(peer: "?")),
    StateChangeCase(
      "a proxy on this machine, for whomever", ["X-Forwarded-For: 192.0.2.7", "Via: 1.1 proxy"]),
  ]

  static let hosts: [StateChangeCase] = [
    StateChangeCase("a name below localhost", host: "models.localhost:8080"),
    StateChangeCase(
      "a name of elsewhere that leads here", host: "attacker.example:8080",
      without: .foreignHost(seen: "attacker.example:8080")),
    StateChangeCase(
      "the same with the Origin that goes with it", host: "attacker.example:8080",
      ["Origin: http://attacker.example:8080", "Sec-Fetch-Site: same-origin"],
      without: .foreignHost(seen: "attacker.example:8080")),
    StateChangeCase(
      "the machine's address in the network", host: "192.168.1.5:8080", without: .foreignHost(seen: "192.168.1.5:8080")),
    StateChangeCase("no name", host: "", without: .foreignHost(seen: "")),
    StateChangeCase(
      "a very long name", host: String(repeating: "a", count: 200),
      without: .foreignHost(seen: String(repeating: "a", count: 60) + "...")),
  ]

  private static func foreign(_ seen: String, own: String = "http://localhost:8080") -> StateChangeRefusal {
    .foreignOrigin(seen: seen, own: own)
  }

  static let pages: [StateChangeCase] = [
    StateChangeCase("the own origin", ["Origin: http://localhost:8080", "Sec-Fetch-Site: same-origin"]),
    StateChangeCase("the own origin in capitals", host: "LocalHost:8080", ["Origin: HTTP://LOCALHOST:8080"]),
    StateChangeCase("the own origin without its port", host: "localhost:80", ["Origin: http://localhost"]),
    StateChangeCase("the own origin with its port", host: "localhost", ["Origin: http://localhost:80"]),
    StateChangeCase("the own origin over TLS", host: "localhost", ["Origin: https://localhost:443"], scheme: "https"),
    StateChangeCase("the own origin by IPv6", host: "[::1]:8080", ["Origin: http://[::1]:8080"]),
    StateChangeCase("typed into the browser", ["Sec-Fetch-Site: none"]),
    .always("another site", ["Origin: https://attacker.example"], foreign("https://attacker.example")),
    .always("another port", ["Origin: http://localhost:3000"], foreign("http://localhost:3000")),
    .always("another scheme", ["Origin: https://localhost:8080"], foreign("https://localhost:8080")),
    .always(
      "plain HTTP to TLS", host: "localhost:8443", ["Origin: http://localhost:8443"], scheme: "https",
      foreign("http://localhost:8443", own: "https://localhost:8443")),
    .always("another name of this machine", ["Origin: http://127.0.0.1:8080"], foreign("http://127.0.0.1:8080")),
    .always(
      "the port of the other scheme", host: "localhost", ["Origin: http://localhost:443"],
      foreign("http://localhost:443", own: "http://localhost")),
    .always("a page without an origin", ["Origin: null"], foreign("null")),
    .always("an empty Origin", ["Origin: "], foreign("")),
    .always("an Origin with a path", ["Origin: http://localhost:8080/"], foreign("http://localhost:8080/")),
    .always(
      "an Origin that begins like the own one", ["Origin: http://localhost:8080.attacker.example"],
      foreign("http://localhost:8080.attacker.example")),
    .always(
      "two Origins, one of them the own", ["Origin: http://localhost:8080", "Origin: https://attacker.example"],
      foreign("http://localhost:8080, https://attacker.example")),
    .always("a page of another site", ["Sec-Fetch-Site: cross-site"], .foreignSite(seen: "cross-site")),
    .always("a page of another port", ["Sec-Fetch-Site: same-site"], .foreignSite(seen: "same-site")),
    .always(
      "a page of another port with the own Origin", ["Origin: http://localhost:8080", "Sec-Fetch-Site: same-site"],
      .foreignSite(seen: "same-site")),
    .always("a site that nobody defines", ["Sec-Fetch-Site: friendly"], .foreignSite(seen: "friendly")),
    .always(
      "two sites", ["Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"], .foreignSite(seen: "none, cross-site")),
    .always("an empty site", ["Sec-Fetch-Site: "], .foreignSite(seen: "")),
    StateChangeCase(
      "a page of the own origin, from another machine", peer: "192.0.2.7:1", host: "images.example",
      ["Origin: http://images.example", "Sec-Fetch-Site: same-origin"], without: .otherMachine(peer: "192.0.2.7:1")),
  ]

  static let bodies: [StateChangeCase] = [
    StateChangeCase("no body and a length of 0", ["Content-Length: 0"]),
    StateChangeCase("no body, of some type", ["Content-Type: text/plain"]),
    StateChangeCase("JSON", ["Content-Type: application/json"], body: "{}"),
    StateChangeCase("JSON with a parameter", ["content-type: Application/JSON; charset=utf-8"], body: "{}"),
    StateChangeCase("JSON in chunks", ["Content-Type: application/json", "Transfer-Encoding: chunked"]),
    .always("a body without a type", [], body: "{}", .mediaType(seen: nil)),
    .always("chunks without a type", ["Transfer-Encoding: chunked"], .mediaType(seen: nil)),
    .always("text", ["Content-Type: text/plain"], body: "{}", .mediaType(seen: "text/plain")),
    .always(
      "a form", ["Content-Type: application/x-www-form-urlencoded"], body: "a=b",
      .mediaType(seen: "application/x-www-form-urlencoded")),
    .always(
      "text that mentions JSON", ["Content-Type: text/plain; application/json"], body: "{}",
      .mediaType(seen: "text/plain; application/json")),
    .always(
      "two types", ["Content-Type: application/json", "Content-Type: text/plain"], body: "{}",
      .mediaType(seen: "application/json, text/plain")),
    .always(
      "a problem", ["Content-Type: application/problem+json"], body: "{}",
      .mediaType(seen: "application/problem+json")),
    .always("a type that is none", ["Content-Type: json"], body: "{}", .mediaType(seen: "json")),
    .always("an empty type", ["Content-Type: "], body: "{}", .mediaType(seen: "")),
  ]
}

@Suite("Who may change the server's state")
struct StateChangePolicyTests {
  @Test(
    "by peer, Host, page and body, without and with a key",
    arguments: StateChangeCase.machines + StateChangeCase.hosts + StateChangeCase.pages + StateChangeCase.bodies)
  func decisions(_ row: StateChangeCase) throws {
    let head = try row.head
    for (hasKeys, expected) in [(false, row.refusal), (true, row.refusalWithKey)] {
      let refusal = StateChangePolicy.refusal(of: head, from: row.peer, scheme: row.scheme, hasKeys: hasKeys)
      #expect(refusal == expected, "\(hasKeys ? "with" : "without") a key")
    }
  }

  @Test("an operation that takes archives and forms takes no other body, and pages of other origins stay out of it")
  func uploads() throws {
    let taken = MediaType.archives + [.multipartFormData]
    for (lines, expected) in [
      (["Content-Type: application/zip"], nil), (["Content-Type: multipart/form-data; boundary=x"], nil),
      (["Content-Type: application/json"], .mediaType(seen: "application/json", taken: taken)),
      ([], .mediaType(seen: nil, taken: taken)),
      (
        ["Content-Type: multipart/form-data; boundary=x", "Origin: http://a.example"],
        .foreignOrigin(seen: "http://a.example", own: "http://localhost:8080")
      ),
    ] as [([String], StateChangeRefusal?)] {
      let head = try StateChangeCase("upload", lines, body: "{}").head
      let refusal = StateChangePolicy.refusal(
        of: head, from: "127.0.0.1:1", scheme: "http", hasKeys: true, bodyTypes: taken)
      #expect(refusal == expected)
      if case .mediaType = refusal { #expect(refusal?.accepted == taken.map(\.essence)) }
    }
  }

  @Test(
    "each refusal has its status, says what it saw, and what is accepted",
    arguments: [
      (.otherMachine(peer: "192.0.2.7:1"), 403, ["192.0.2.7:1", "--api-keys"], nil),
      (
        .foreignHost(seen: "a.example"), 403, ["\"a.example\"", "localhost", "--api-keys"],
        ["localhost", "127.0.0.1", "[::1]"]
      ),
      (
        .foreignOrigin(seen: "null", own: "http://localhost"), 403, ["\"null\"", "http://localhost", "--cors-origins"],
        ["http://localhost"]
      ),
      (.foreignSite(seen: "cross-site"), 403, ["\"cross-site\"", "same-origin, none"], ["same-origin", "none"]),
      (.mediaType(seen: "text/plain"), 415, ["\"text/plain\"", "application/json"], ["application/json"]),
      (.mediaType(seen: nil), 415, ["no Content-Type", "application/json"], ["application/json"]),
    ] as [(StateChangeRefusal, Int, [String], [String]?)])
  func texts(_ refusal: StateChangeRefusal, _ status: Int, _ words: [String], _ accepted: [String]?) {
    #expect(refusal.suggestedStatus.code == status)
    for word in words { #expect(refusal.description.contains(word)) }
    #expect(refusal.accepted == accepted)
  }
}
