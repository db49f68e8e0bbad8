import Foundation
import HTTPServer
import Synchronization
import Testing

@Suite("Stopping the server")
struct StopTests {
  @Test("a request in work is answered, told to close, and then the server is gone")
  func inFlight() async throws {
    let test = try TestServer()
    let client = try RawClient(port: test.port)
    client.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.handlers.startedCount == 1 })
    async let stopped: Void = test.stop()
    #expect(await eventually { (try? RawClient(port: test.port)) == nil }, "new connections are refused")
    test.handlers.open()
    await stopped
    let response = client.response()
    #expect(response?.body == "finished")
    #expect(response?.fields["connection"] == "close")
    #expect(client.isAtEnd())
    #expect(test.server.counters.connectionsOpen == 0)
  }

  @Test("requests that were sent before the stop are answered, seen or not yet seen")
  func sentBefore() async throws {
    let test = try TestServer()
    let clients = try (0..<20).map { _ in
      let client = try RawClient(port: test.port)
      client.send("GET /hello HTTP/1.1\r\n\(host)\r\nGET /echo/last HTTP/1.1\r\n\(host)\r\n")
      return client
    }
    await test.stop()
    for client in clients {
      #expect(client.response()?.body == "hello\n")
      #expect(client.response()?.body == "last ")
    }
  }

  @Test("a request that is still arriving is received and answered")
  func arriving() async throws {
    let test = try TestServer()
    let client = try RawClient(port: test.port)
    client.send("POST /length HTTP/1.1\r\n\(host)Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    let first = try await blocking { [client = Box(client)] in client.value.response()?.status }
    #expect(first == 100)
    async let stopped: Void = test.stop()
    #expect(await eventually { (try? RawClient(port: test.port)) == nil })
    client.send("abc")
    await stopped
    #expect(client.response()?.body == "3 294")
  }

  @Test("idle connections are closed without waiting for the grace period")
  func idle() async throws {
    let test = try TestServer()
    let clients = try (0..<50).map { _ in try RawClient(port: test.port) }
    #expect(await eventually { test.server.counters.connectionsOpen == 50 })
    await test.server.stop(gracePeriod: .seconds(600))
    #expect(clients.allSatisfy { $0.isAtEnd() })
  }

  @Test("what outlasts the grace period is cancelled and closed")
  func graceEnds() async throws {
    let test = try TestServer()
    let client = try RawClient(port: test.port)
    client.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.handlers.startedCount == 1 })
    await test.server.stop(gracePeriod: .milliseconds(50))
    #expect(await eventually { test.handlers.cancelledCount == 1 })
    #expect(client.response() == nil)
  }

  @Test("stopping twice, at once or later, is the same as stopping once; starting again is refused")
  func twice() async throws {
    let test = try TestServer()
    async let first: Void = test.stop()
    async let second: Void = test.stop()
    _ = await (first, second)
    await test.stop()
    #expect(throws: ListenError.alreadyStarted) { try test.server.start() }
  }

  /// A client that is used by one thread at a time, as the test awaits each use.
  private struct Box: @unchecked Sendable {
    let value: RawClient
    init(_ value: RawClient) { self.value = value }
  }
}
