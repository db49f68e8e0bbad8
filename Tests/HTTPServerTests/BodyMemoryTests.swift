import Glibc
import HTTPServer
import Testing

/// One budget for the bodies of all connections.
@Suite("Body memory")
struct BodyMemoryTests {
  private func post(_ path: String, length: Int, _ body: Int, _ more: String = "") -> String {
    "POST \(path) HTTP/1.1\r\n\(host)\(more)Content-Length: \(length)\r\n\r\n" + String(repeating: "x", count: body)
  }

  private func chunk(_ count: Int) -> String {
    String(count, radix: 16) + "\r\n" + String(repeating: "x", count: count) + "\r\n"
  }

  @Test("a body that finds the memory taken is refused, and taken in when somebody has left")
  func stalledUploads() async throws {
    let test = try TestServer(bodyMemory: 100_000)
    var stalled: [RawClient] = []
    for _ in 0..<3 {
      let client = try RawClient(port: test.port)
      client.send(post("/length", length: 35_000, 30_000))
      stalled.append(client)
    }
    // Once it is there, 90,000 bytes are held; how soon the others came in is the network's affair.
    let refusal = try await blocking {
      while true {
        let client = try RawClient(port: test.port)
        client.send(post("/length", length: 20_000, 20_000))
        guard let answer = client.response(), answer.status != 200 else { continue }
        return answer
      }
    }
    #expect(refusal.status == 503)
    #expect(refusal.fields["retry-after"] == "1")
    stalled = []
    #expect(await eventually { test.server.counters.connectionsOpen == 0 })
    let answer = try await blocking {
      let client = try RawClient(port: test.port)
      client.send(post("/length", length: 20_000, 20_000))
      return client.response()
    }
    #expect(answer?.status == 200)
    await test.stop()
  }

  @Test("a body of unknown length is refused when it outgrows the memory")
  func chunked() async throws {
    let test = try TestServer(bodyMemory: 10_000)
    let statuses = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /length HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n" + chunk(6_000))
      client.send(chunk(6_000))
      let refused = client.response()?.status
      let other = try RawClient(port: test.port)
      other.send("POST /length HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n" + chunk(9_000) + "0\r\n\r\n")
      return [refused, other.response()?.status]
    }
    #expect(statuses == [503, 200])
    await test.stop()
  }

  @Test("a body counts until its handler is done with it, and one that waits for 100 Continue is not asked for")
  func handlers() async throws {
    let test = try TestServer(bodyMemory: 10_000)
    let answers = try await blocking {
      let first = try RawClient(port: test.port)
      first.send(post("/hold", length: 8_000, 8_000))
      while test.handlers.startedCount == 0 { usleep(5_000) }
      let second = try RawClient(port: test.port)
      second.send(post("/length", length: 8_000, 0, "Expect: 100-continue\r\n"))
      let refused = second.response()?.statusLine
      test.handlers.open()
      let held = first.response()?.body
      let third = try RawClient(port: test.port)
      third.send(post("/length", length: 8_000, 8_000))
      return [refused, held, third.response()?.statusLine]
    }
    #expect(answers == ["HTTP/1.1 503 Service Unavailable", "8000", "HTTP/1.1 200 OK"])
    await test.stop()
  }
}
