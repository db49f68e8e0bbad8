import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

/// Where threads wait for one another, to begin at the same moment.
private final class StartingLine: Sendable {
  private let missing: Mutex<Int>

  init(runners: Int) { missing = Mutex(runners) }

  func wait() {
    missing.withLock { $0 -= 1 }
    while missing.withLock({ $0 > 0 }) {}
  }
}

/// A live server and clients that speak to it over the loopback, byte by byte where it matters.
@Suite("Server")
struct ServerTests {
  @Test("localhost answers on both loopbacks, on one port")
  func bothLoopbacks() async throws {
    let test = try TestServer(hosts: ["localhost"])
    #expect(Set(test.addresses.map(\.port)).count == 1)
    for address in test.addresses {
      let body = try await blocking {
        let client = try RawClient(host: address.host, port: address.port)
        client.send("GET /echo/hi?q=1&q=2 HTTP/1.1\r\n\(host)\r\n")
        return client.response()?.body
      }
      #expect(body == "hi 1,2", "\(address)")
    }
    await test.stop()
  }

  @Test("a port in use is reported with address, port and a way out")
  func portInUse() async throws {
    let test = try TestServer()
    let second = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: test.port), router: Router([]))
    let error = #expect(throws: ListenError.self) { try second.start() }
    #expect(error == .addressInUse(host: "127.0.0.1", port: test.port))
    #expect(error?.description.contains("127.0.0.1 port \(test.port)") == true)
    #expect(error?.description.contains("--port 0") == true)
    await test.stop()
  }

  @Test("an address of another machine and a port out of range are reported")
  func badAddresses() {
    let far = Server(configuration: ServerConfiguration(hosts: ["192.0.2.1"], port: 0), router: Router([]))
    #expect(throws: ListenError.addressNotAvailable(host: "192.0.2.1")) { try far.start() }
    let high = Server(configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: 65_536), router: Router([]))
    #expect(throws: ListenError.portOutOfRange(65_536)) { try high.start() }
  }

  @Test("pipelined requests are answered in order on one connection")
  func pipelining() async throws {
    let test = try TestServer()
    let bodies = try await blocking {
      let client = try RawClient(port: test.port)
      client.send((0..<2_000).map { "GET /echo/\($0) HTTP/1.1\r\n\(host)\r\n" }.joined())
      return (0..<2_000).compactMap { _ in client.response()?.body }
    }
    #expect(bodies == (0..<2_000).map { "\($0) " })
    // Counted when written, which the client may see sooner.
    #expect(await eventually { test.handlers.answeredCount == 2_000 })
    #expect(test.server.counters.connectionsAccepted == 1)
    await test.stop()
  }

  @Test("thousands of pipelined failures neither nest nor close the connection")
  func pipelinedFailures() async throws {
    let test = try TestServer()
    let statuses = try await blocking {
      let client = try RawClient(port: test.port)
      client.send(String(repeating: "GET /x HTTP/1.1\r\n\(host)\r\n", count: 5_000))
      return (0..<5_000).compactMap { _ in client.response()?.status }
    }
    #expect(statuses == [Int](repeating: 404, count: 5_000))
    await test.stop()
  }

  @Test(
    "requests that no handler sees",
    arguments: [
      ("GET /nothing HTTP/1.1\r\n\(host)\r\n", 404, "There is nothing at /nothing.\n", nil, false),
      ("POST /hello HTTP/1.1\r\n\(host)\r\n", 405, nil, "GET, HEAD, OPTIONS", false),
      ("POST /hello HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc", 405, nil, "GET, HEAD, OPTIONS", false),
      ("POST /hello HTTP/1.1\r\n\(host)Content-Length: 100000\r\n\r\nabc", 405, nil, "GET, HEAD, OPTIONS", true),
      (
        "POST /hello HTTP/1.1\r\n\(host)Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", 405, nil,
        "GET, HEAD, OPTIONS", true
      ),
      ("OPTIONS /hello HTTP/1.1\r\n\(host)\r\n", 204, "", "GET, HEAD, OPTIONS", false),
      ("OPTIONS * HTTP/1.1\r\n\(host)\r\n", 204, "", "GET, HEAD, OPTIONS, POST", false),
      ("GET /hello HTTP/1.1\r\n\r\n", 400, "An HTTP/1.1 request needs a Host field.\n", nil, true),
      ("GET / HTTP/3.0\r\n\r\n", 505, nil, nil, true),
      ("POST /small HTTP/1.1\r\n\(host)Content-Length: 11\r\n\r\n", 413, nil, nil, true),
      (
        "POST /small HTTP/1.1\r\n\(host)Content-Length: 11\r\nExpect: 100-continue\r\n\r\n", 413,
        "The body of 11 bytes is larger than the 10 bytes accepted here.\n", nil, true
      ),
      (
        "POST /small HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n", 413,
        "The body is larger than the 10 bytes accepted here.\n", nil, true
      ),
    ] as [(String, Int, String?, String?, Bool)])
  func unhandled(_ request: String, _ status: Int, _ body: String?, _ allow: String?, _ closes: Bool) async throws {
    let test = try TestServer()
    let response = try await blocking {
      let client = try RawClient(port: test.port)
      client.send(request)
      let response = client.response()
      if closes {
        #expect(client.isAtEnd())
      } else {
        client.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
        #expect(client.response()?.body == "hello\n")
      }
      return response
    }
    #expect(response?.status == status)
    #expect(response?.fields["allow"] == allow)
    #expect(response?.fields["connection"] == (closes ? "close" : nil))
    if let body { #expect(response?.body == body) }
    await test.stop()
  }

  @Test("a refused upload is read to the end, so that its sender sees the answer")
  func refusedUpload() async throws {
    let test = try TestServer()
    let response = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /small HTTP/1.1\r\n\(host)Content-Length: 4000000\r\n\r\n")
      client.send([UInt8](repeating: 1, count: 4_000_000))
      return client.response()
    }
    #expect(response?.status == 413)
    await test.stop()
  }

  /// Requests that their header alone decides, up to the fields that say how long the body is.
  static let refusedByHeader = [
    ("POST /nothing HTTP/1.1\r\n\(host)", 404), ("POST /hello HTTP/1.1\r\n\(host)", 405),
    ("OPTIONS /hello HTTP/1.1\r\n\(host)", 204), ("BREW /hello HTTP/1.1\r\n\(host)", 501),
    ("POST /length HTTP/1.1\r\n\(host)Content-Encoding: br\r\n", 415),
    ("POST /length HTTP/1.1\r\n\(host)Accept-Encoding: *;q=0\r\n", 406),
  ]

  /// Time enough for a test's body; patience for everything else.
  static func drainingTimeouts(_ drain: Duration) -> ServerConfiguration.Timeouts {
    var timeouts = patientTimeouts
    timeouts.linger = drain
    return timeouts
  }

  @Test(
    "what the header decides is answered before the body comes, and the connection goes on once it has come",
    arguments: refusedByHeader,
    [("Content-Length: 5\r\n\r\n", "hello"), ("Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n")])
  func answeredByHeader(_ refused: (head: String, status: Int), _ framing: (field: String, body: String)) async throws {
    let test = try TestServer(timeouts: Self.drainingTimeouts(patience))
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send(refused.head + framing.field)
      // Nothing of the body has been sent: the answer cannot have waited for it.
      let refusal = client.response()
      #expect(refusal?.status == refused.status)
      #expect(refusal?.fields["connection"] == nil)
      for byte in framing.body.utf8 { client.send([byte]) }
      client.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
      #expect(client.response()?.body == "hello\n")
    }
    await test.stop()
  }

  @Test(
    "a body that nobody wants and that is too long, malformed or cut gets no second answer, and the connection closes",
    arguments: [
      ("Transfer-Encoding: chunked\r\n\r\n", "x\r\n"),
      ("Transfer-Encoding: chunked\r\n\r\n", "5\r\nhelloworld\r\n"),
      ("Transfer-Encoding: chunked\r\n\r\n", "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n8001\r\n"),
      ("Content-Length: 5\r\n\r\n", "hell"),
    ])
  func badUnwantedBody(_ framing: String, _ body: String) async throws {
    let test = try TestServer(timeouts: Self.drainingTimeouts(patience))
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /nothing HTTP/1.1\r\n\(host)\(framing)")
      #expect(client.response()?.status == 404)
      client.send(body)
      client.finishSending()
      #expect(client.isAtEnd())
    }
    await test.stop()
  }

  @Test("a body that nobody wants and that does not come is not waited for")
  func missingUnwantedBody() async throws {
    let test = try TestServer(timeouts: Self.drainingTimeouts(.milliseconds(50)))
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /nothing HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhell")
      #expect(client.response()?.status == 404)
      #expect(client.isAtEnd())
    }
    await test.stop()
  }

  @Test("100 Continue precedes the answer, but not when the body is there already")
  func expectContinue() async throws {
    let test = try TestServer()
    let statuses = try await blocking {
      let client = try RawClient(port: test.port)
      let head = "POST /length HTTP/1.1\r\n\(host)Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
      client.send(head)
      let first = client.response()
      client.send("abc")
      let second = client.response()
      client.send(head + "abc")
      return [first, second, client.response()].map { "\($0?.status ?? 0) \($0?.body ?? "")" }
    }
    #expect(statuses == ["100 ", "200 3 294", "200 3 294"])
    await test.stop()
  }

  @Test(
    "a slow header and a stalled body are answered 408, a silent connection is closed",
    arguments: [
      ("", ServerConfiguration.Timeouts(idle: .milliseconds(50)), nil),
      (
        "GET /hello HT", ServerConfiguration.Timeouts(header: .milliseconds(50)),
        "The request's header did not arrive within 0.05 seconds.\n"
      ),
      (
        "POST /length HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nab",
        ServerConfiguration.Timeouts(body: .milliseconds(50)),
        "The request's body paused for 0.05 seconds, or came in at less than 8192 bytes a second.\n"
      ),
    ] as [(String, ServerConfiguration.Timeouts, String?)])
  func timeouts(_ bytes: String, _ timeouts: ServerConfiguration.Timeouts, _ body: String?) async throws {
    let test = try TestServer(timeouts: timeouts)
    let response = try await blocking {
      let client = try RawClient(port: test.port)
      client.send(bytes)
      let response = client.response()
      #expect(client.isAtEnd())
      return response
    }
    #expect(response?.body == body)
    #expect(response?.status == (body == nil ? nil : 408))
    await test.stop()
  }

  @Test("a client that takes nothing of its answer is let go")
  func writeStall() async throws {
    let test = try TestServer(timeouts: ServerConfiguration.Timeouts(write: .milliseconds(100)))
    let client = try RawClient(port: test.port)
    client.send("GET /big HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.server.counters.connectionsAccepted == 1 })
    #expect(await eventually { test.server.counters.connectionsOpen == 0 })
    withExtendedLifetime(client) {}
    await test.stop()
  }

  @Test("a client that reads nothing has few of its pipelined requests looked at")
  func slowReader() async throws {
    let test = try TestServer()
    let started = try await blocking {
      let slow = try RawClient(port: test.port)
      slow.send(String(repeating: "GET /big HTTP/1.1\r\n\(host)\r\n", count: 1_000))
      // Meanwhile another client is served, more often than the first would be if nothing held it back.
      let other = try RawClient(port: test.port)
      for _ in 0..<1_000 {
        other.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
        #expect(other.response()?.status == 200)
      }
      return withExtendedLifetime(slow) { test.handlers.startedCount }
    }
    // The kernel takes in an answer of 8 MB, or two.
    #expect((1...3).contains(started))
    await test.stop()
  }

  @Test("a large answer arrives whole through partial writes")
  func largeAnswer() async throws {
    let test = try TestServer()
    let body = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /big HTTP/1.1\r\n\(host)\r\n")
      return client.response()?.body.utf8.count
    }
    #expect(body == 8 << 20)
    await test.stop()
  }

  @Test("handlers that compute, more than there are processors, hold up no quick one")
  func computingHandlers() async throws {
    let test = try TestServer()
    @Sendable func body(of path: String) async throws -> String? {
      try await blocking {
        let client = try RawClient(port: test.port)
        client.send("GET \(path) HTTP/1.1\r\n\(host)\r\n")
        return client.response()?.body
      }
    }
    try await withThrowingTaskGroup(of: String?.self) { busy in
      for _ in 0..<4 * max(2, ProcessInfo.processInfo.processorCount) {
        busy.addTask { try await body(of: "/compute") }
      }
      #expect(await eventually { test.handlers.startedCount > 0 })
      #expect(try await body(of: "/quick") == "quick\n")
      test.handlers.open()
      for try await answer in busy { #expect(answer == "computed") }
    }
    await test.stop()
  }

  enum Departure: CaseIterable { case close, reset, closeBehindUnreadBytes }

  @Test("a client that leaves cancels the handler's task", arguments: Departure.allCases)
  func departure(_ departure: Departure) async throws {
    let test = try TestServer()
    var client: RawClient? = try RawClient(port: test.port)
    client?.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.handlers.startedCount == 1 })
    if departure == .reset { client?.resetOnClose() }
    // More than the server takes in while a request is worked on: the end of the stream lies behind it.
    if departure == .closeBehindUnreadBytes {
      client?.send(String(repeating: "GET /hello HTTP/1.1\r\n\(host)\r\n", count: 3_000))
    }
    client = nil
    #expect(await eventually { test.handlers.cancelledCount == 1 })
    #expect(await eventually { test.server.counters.connectionsOpen == 0 })
    await test.stop()
  }

  @Test(
    "a client that resets its connection before its request is whole is noticed at once",
    arguments: [
      "GET /hello HTTP/1.1\r\nHost", "POST /length HTTP/1.1\r\n\(host)Content-Length: 100\r\n\r\nab",
      // More than one turn of reading takes.
      "POST /length HTTP/1.1\r\n\(host)Content-Length: 4000000\r\n\r\n" + String(repeating: "x", count: 3_000_000),
    ])
  func earlyReset(_ request: String) async throws {
    var timeouts = patientTimeouts
    (timeouts.header, timeouts.body) = (patience * 2, patience * 2)
    let test = try TestServer(timeouts: timeouts)
    try await blocking {
      for _ in 0..<20 {
        let client = try RawClient(port: test.port)
        client.send(request)
        client.resetOnClose()
      }
    }
    #expect(await eventually { test.server.counters.connectionsOpen == 0 })
    await test.stop()
  }

  @Test("a client that only half-closes still gets the answers to what it sent")
  func halfClose() async throws {
    let test = try TestServer()
    let bodies = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /hello HTTP/1.1\r\n\(host)\r\nGET /echo/a HTTP/1.1\r\n\(host)\r\n")
      client.finishSending()
      let bodies = [client.response()?.body, client.response()?.body]
      #expect(client.isAtEnd())
      return bodies
    }
    #expect(bodies == ["hello\n", "a "])
    await test.stop()
  }

  @Test("a client that half-closes while its request is worked on gets its answer, at any time")
  func halfCloseWhileWorking() async throws {
    let test = try TestServer()
    let answers = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
      client.finishSending()
      // The server has noticed the end and asks whether somebody is still there.
      let first = client.response()
      test.handlers.open()
      let second = client.response()
      #expect(client.isAtEnd())
      return [first?.statusLine, second?.body]
    }
    #expect(answers == ["HTTP/1.1 100 Continue", "finished"])
    await test.stop()
  }

  @Test("a client of HTTP/1.0 that half-closes gets its answer and nothing before it")
  func halfCloseOfOldClient() async throws {
    let test = try TestServer()
    let answer = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /wait HTTP/1.0\r\n\r\n")
      client.finishSending()
      Thread.detachNewThread {
        // More than one look for departed clients passes.
        Thread.sleep(forTimeInterval: 0.6)
        test.handlers.open()
      }
      return client.response()
    }
    #expect(answer?.status == 200)
    #expect(answer?.body == "finished")
    await test.stop()
  }

  @Test("however many connections are being refused, the next one is told so too")
  func connectionsBeyondRefusals() async throws {
    let test = try TestServer(maximumConnections: 1)
    let held = try (0..<65).map { _ in try RawClient(port: test.port) }
    #expect(await eventually { test.server.counters.connectionsOpen == 65 })
    let refusal = try await blocking { try RawClient(port: test.port).response() }
    #expect(refusal?.status == 503)
    #expect(refusal?.fields["retry-after"] == "1")
    #expect(refusal?.fields["connection"] == "close")
    #expect(refusal?.fields["x-request-id"] != nil)
    #expect(test.server.counters.connectionsOpen == 65)
    withExtendedLifetime(held) {}
    await test.stop()
  }

  @Test("of several that start a server at once, one does; one that could not listen can be started again")
  func startsOnce() async throws {
    let configuration = ServerConfiguration(hosts: ["127.0.0.1"], port: 0)
    for _ in 0..<50 {
      let server = Server(configuration: configuration, router: Router([]))
      let line = StartingLine(runners: 2)
      let outcomes = try await withThrowingTaskGroup { group in
        for _ in 0..<2 {
          group.addTask {
            try await blocking {
              line.wait()
              return (try? server.start()) != nil
            }
          }
        }
        return try await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 1)
      await server.stop()
    }
    let holder = try TestServer()
    let late = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: holder.port), router: Router([]))
    #expect(throws: ListenError.addressInUse(host: "127.0.0.1", port: holder.port)) { try late.start() }
    await holder.stop()
    #expect(try late.start().map(\.port) == [holder.port])
    await late.stop()
  }

  @Test("beyond the connection limit the answer is 503, and a freed place is given away")
  func connectionLimit() async throws {
    let test = try TestServer(maximumConnections: 2)
    let first = try RawClient(port: test.port)
    var second: RawClient? = try RawClient(port: test.port)
    #expect(await eventually { test.server.counters.connectionsOpen == 2 })
    let refusal = try await blocking {
      let third = try RawClient(port: test.port)
      third.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
      return third.response()
    }
    #expect(refusal?.status == 503)
    #expect(refusal?.fields["retry-after"] == "1")
    second = nil
    _ = second
    #expect(await eventually { test.server.counters.connectionsOpen == 1 })
    let answer = try await blocking {
      let fourth = try RawClient(port: test.port)
      fourth.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
      return fourth.response()
    }
    #expect(answer?.status == 200)
    withExtendedLifetime(first) {}
    await test.stop()
  }

  @Test("100 clients at once get their own answers")
  func concurrency() async throws {
    let test = try TestServer()
    let bodies = try await withThrowingTaskGroup(of: String?.self) { group in
      for index in 0..<100 {
        group.addTask {
          try await blocking {
            let client = try RawClient(port: test.port)
            client.send("GET /echo/\(index) HTTP/1.1\r\n\(host)Connection: close\r\n\r\n")
            return client.response()?.body
          }
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1 ?? "none") }
    }
    #expect(bodies == Set((0..<100).map { "\($0) " }))
    await test.stop()
  }

  @Test("a page of an allowed origin gets its preflight and may read answers, errors too; another may not")
  func cors() async throws {
    let test = try TestServer(cors: try CORSPolicy(origins: ["https://a.example"]))
    try await blocking {
      let client = try RawClient(port: test.port)
      func ask(_ line: String, origin: String, _ more: String = "") -> RawClient.Response? {
        client.send("\(line) HTTP/1.1\r\n\(host)Origin: \(origin)\r\n\(more)\r\n")
        return client.response()
      }
      let preflight = ask("OPTIONS /small", origin: "https://a.example", "Access-Control-Request-Method: POST\r\n")
      #expect(preflight?.status == 204)
      #expect(preflight?.fields["access-control-allow-origin"] == "https://a.example")
      #expect(preflight?.fields["access-control-allow-methods"] == "OPTIONS, POST")
      for path in ["/hello", "/nothing"] {
        let own = ask("GET \(path)", origin: "https://a.example")
        #expect(own?.fields["access-control-allow-origin"] == "https://a.example")
        #expect(own?.fields["vary"] == "Origin")
        let other = ask("GET \(path)", origin: "https://b.example")
        #expect(other?.fields["access-control-allow-origin"] == nil)
      }
    }
    await test.stop()
  }

  @Test("each request leaves one record without its query")
  func accessRecord() async throws {
    let records = Mutex<[AccessRecord]>([])
    let test = try TestServer(observer: { record in records.withLock { $0.append(record) } })
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /echo/a?q=secret HTTP/1.1\r\n\(host)\r\nHEAD /hello HTTP/1.1\r\n\(host)\r\nnonsense\r\n")
      _ = client.response()
      _ = client.response(toHead: true)
      _ = client.response()
    }
    #expect(await eventually { records.withLock { $0.count } == 3 })
    let lines = records.withLock { $0 }.map { record in
      let method = record.method?.rawValue ?? "-"
      return "\(record.routeName ?? "-") \(method) \(record.path ?? "-") \(record.status.code) \(record.responseBytes)"
    }
    #expect(lines == ["echoWord GET /echo/a 200 8", "hello HEAD /hello 200 0", "- - - 400 92"])
    await test.stop()
  }
}
