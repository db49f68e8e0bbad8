import HTTPCore
import HTTPServer
import HTTPTestSupport
import HTTPTypes
import Testing

/// `requests.table` against a live server: status lines, messages, and what becomes of the connection.
@Suite("Request corpus over loopback")
struct RequestCorpusTests {
  /// The reason phrases of RFC 9110 section 15 and RFC 6585.
  private static let reasons = [
    100: "Continue", 200: "OK", 204: "No Content", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
    413: "Content Too Large", 414: "URI Too Long", 417: "Expectation Failed", 431: "Request Header Fields Too Large",
    501: "Not Implemented", 505: "HTTP Version Not Supported",
  ]

  private static let router = Router([
    Route(.get, "/hello", name: "hello") { _, _ in .text("hello\n") },
    Route(.get, "/echo/{word}", name: "echo") { _, parameters in .text(parameters["word"]) },
    Route(.post, "/length", name: "length") { request, _ in .text("\(request.body.count)") },
  ])

  @Test("a request gets its answers and its connection is kept or closed", arguments: RequestCorpus.requests)
  func answers(_ request: CorpusRequest) async throws {
    let server = Server(
      configuration: ServerConfiguration(
        hosts: ["127.0.0.1"], port: 0, limits: RequestCorpus.limits, timeouts: patientTimeouts),
      router: Self.router)
    let port = try server.start()[0].port
    try await blocking {
      let client = try RawClient(port: port)
      client.send(request.bytes)
      check(client, request)
    }
    await server.stop(gracePeriod: patience)
  }

  private func check(_ client: RawClient, _ request: CorpusRequest) {
    var last: RawClient.Response?
    for (index, status) in request.statuses.enumerated() {
      last = client.response(toHead: request.events[index].hasPrefix("HEAD "))
      #expect(last?.statusLine == "HTTP/1.1 \(status) \(Self.reasons[status]!)")
    }
    if let status = request.statuses.last, status >= 400, ![404, 405, 501].contains(status) {
      let message = request.events.last!
      let body = last?.body ?? ""
      #expect(message.hasSuffix("...") ? body.hasPrefix(message.dropLast(3)) : body == message + "\n")
    }
    switch request.connection {
    case .keep:
      client.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
      #expect(client.response()?.body == "hello\n")
    case .close:
      #expect(last?.fields["connection"] == "close")
      #expect(client.isAtEnd())
    case .waits:
      client.finishSending()
      #expect(client.response()?.statusLine == "HTTP/1.1 400 Bad Request")
      #expect(client.isAtEnd())
    }
  }
}
