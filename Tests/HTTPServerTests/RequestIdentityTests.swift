import HTTPServer
import HTTPTypes
import Logging
import Synchronization
import Testing

/// What names requests, in answers and in the log.
@Suite("Request identity", .timeLimit(.minutes(30)))
struct RequestIdentityTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  @Test("a sane X-Request-Id comes back; else one is made, for every answer, errors included")
  func requestID() async throws {
    let test = try TestServer(maximumConnections: 1)
    try await blocking {
      let client = try RawClient(port: test.port)
      func id(_ request: String) -> String? {
        client.send(request)
        return client.response()?.fields["x-request-id"]
      }
      #expect(id("GET /hello HTTP/1.1\r\n\(host)X-Request-Id: abc-1\r\n\r\n") == "abc-1")
      #expect(id("GET /nothing HTTP/1.1\r\n\(host)X-Request-Id: abc-2\r\n\r\n") == "abc-2")
      #expect(id("OPTIONS * HTTP/1.1\r\n\(host)X-Request-Id: abc-3\r\n\r\n") == "abc-3")
      let made = ["a b", String(repeating: "x", count: 129), "\u{e9}"].map { id in
        client.send("GET /hello HTTP/1.1\r\n\(host)X-Request-Id: \(id)\r\n\r\n")
        return client.response()?.fields["x-request-id"] ?? ""
      }
      // One connection more than there may be, and a request that cannot be read.
      let refused = try RawClient(port: test.port).response()
      #expect(refused?.status == 503)
      client.send("nonsense\r\n\r\n")
      let all = made + [refused?.fields["x-request-id"] ?? "", client.response()?.fields["x-request-id"] ?? ""]
      #expect(all.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil }, "\(all)")
      #expect(Set(all).count == all.count)
    }
    await test.stop()
  }

  @Test("a trace goes on in the answer, with a span of the server's own; a broken one does not")
  func traceContext() async throws {
    let test = try TestServer()
    try await blocking {
      let client = try RawClient(port: test.port)
      func answer(_ value: String) -> String? {
        client.send("GET /hello HTTP/1.1\r\n\(host)traceparent: \(value)\r\n\r\n")
        return client.response()?.fields["traceresponse"]
      }
      let response = try #require(answer("00-\(Self.trace)-00f067aa0ba902b7-01"))
      let match = try #require(response.wholeMatch(of: /00-([0-9a-f]{32})-([0-9a-f]{16})-01/))
      #expect(match.1 == Self.trace)
      #expect(match.2 != "00f067aa0ba902b7")
      #expect(answer("00-\(Self.trace)-0000000000000000-01") == nil)
    }
    await test.stop()
  }

  @Test("each request is logged once, with what names it, and without any secret")
  func log() async throws {
    let log = LogRecorder()
    let router = Router([
      Route(.post, "/hello", name: "hello", notes: { _ in ["model": "small"] }) { _, _ in .text("hello\n") }
    ])
    var logger = Logger(label: "test") { _ in log.handler }
    logger.logLevel = .trace
    let server = Server(
      configuration: ServerConfiguration(hosts: ["127.0.0.1"], port: 0), router: router, logger: logger)
    let port = try server.start()[0].port
    try await blocking {
      let client = try RawClient(port: port)
      client.send(
        "POST /hello?key=SECRET HTTP/1.1\r\n\(host)X-Request-Id: abc\r\nAuthorization: Bearer SECRET\r\n"
          + "X-Api-Key: SECRET\r\nCookie: a=SECRET\r\ntraceparent: 00-\(Self.trace)-00f067aa0ba902b7-00\r\n"
          + "Content-Length: 6\r\n\r\nSECRET")
      #expect(client.response()?.status == 200)
      client.send("GET /SECRET\u{1b}[31m HTTP/1.1\r\n\(host)\r\n")
      #expect(client.response()?.status == 400)
    }
    await server.stop(gracePeriod: patience)
    let lines = log.metadata.withLock { $0 }
    try #require(lines.count == 2)
    let expected = [
      "request_id": "abc", "method": "POST", "path": "/hello", "route": "hello", "status": "200", "bytes": "6",
      "model": "small", "trace_id": Self.trace, "parent_id": "00f067aa0ba902b7",
    ]
    #expect(lines[0].filter { expected[$0.key] != nil } == expected)
    #expect(Set(lines[0].keys).subtracting(expected.keys) == ["client", "duration_ms", "span_id"])
    #expect(lines[1]["status"] == "400")
    #expect(!lines.contains { "\($0)".contains("SECRET") })
  }

  @Test("a request whose client leaves before its answer is recorded as 499, with the model that it asked")
  func abandoned() async throws {
    let records = Mutex<[AccessRecord]>([])
    let test = try TestServer(observer: { record in records.withLock { $0.append(record) } })
    var client: RawClient? = try RawClient(port: test.port)
    client?.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.handlers.startedCount == 1 })
    client?.resetOnClose()
    client = nil
    #expect(await eventually { records.withLock { $0.count } == 1 })
    #expect(records.withLock { $0.first?.status } == .clientClosedRequest)
    #expect(records.withLock { $0.first?.routeName } == "wait")
    #expect(records.withLock { $0.first?.notes } == ["model": "slow"])
    await test.stop()
  }
}

/// Keeps what is logged.
private final class LogRecorder: Sendable {
  let metadata = Mutex<[[String: String]]>([])

  var handler: any LogHandler { Handler(recorder: self) }

  private struct Handler: LogHandler {
    let recorder: LogRecorder
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = (event.metadata ?? [:]).mapValues { "\($0)" }
      recorder.metadata.withLock { $0.append(line) }
    }
  }
}
