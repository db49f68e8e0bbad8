import Foundation
import HTTPCore
import HTTPServer
import Testing

/// Bodies that a handler takes in pieces.
@Suite("Streamed requests")
struct StreamedRequestTests {
  private static let body = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
  private static let answer = "\(body.count) \(body.reduce(0) { ($0 + Int($1)) % 65_536 })"

  private func head(_ path: String, _ fields: String) -> [UInt8] {
    Array("POST \(path) HTTP/1.1\r\n\(host)\(fields)\r\n\r\n".utf8)
  }

  private func answers(_ bytes: [UInt8], count: Int = 1) async throws -> [RawClient.Response?] {
    let test = try TestServer()
    let answers = try await blocking {
      let client = try RawClient(port: test.port)
      client.send(bytes)
      return (0..<count).map { _ in client.response() }
    }
    await test.stop()
    return answers
  }

  @Test("a body of known length comes whole, and the next request behind it is answered")
  func length() async throws {
    let request = head("/stream", "Content-Length: \(Self.body.count)") + Self.body
    let answers = try await answers(request + request, count: 2)
    #expect(answers.map { $0?.body } == [Self.answer, Self.answer])
  }

  @Test("a chunked body comes without its chunks")
  func chunked() async throws {
    let chunks = stride(from: 0, to: Self.body.count, by: 7_001).flatMap {
      ChunkedBody.chunk(Array(Self.body[$0..<min($0 + 7_001, Self.body.count)]))
    }
    let answers = try await answers(head("/stream", "Transfer-Encoding: chunked") + chunks + ChunkedBody.end)
    #expect(answers[0]?.body == Self.answer)
  }

  @Test("a request without a body has no stream")
  func empty() async throws {
    #expect(try await answers(head("/stream", "Content-Length: 0"))[0]?.body == "0 0")
  }

  @Test("a compressed body is expanded piece by piece", arguments: [ContentCoding.gzip, .deflate])
  func compressed(_ coding: ContentCoding) async throws {
    let coded = ContentEncoder(coding).encode(Self.body[...], isLast: true)
    let fields = "Content-Encoding: \(coding.rawValue)\r\nContent-Length: \(coded.count)"
    #expect(try await answers(head("/stream", fields) + coded)[0]?.body == Self.answer)
  }

  @Test("a client has to wait for a slow handler, and little is held meanwhile")
  func backPressure() async throws {
    let test = try TestServer(bodyMemory: 1)
    let length = 48 << 20
    let sending = Task {
      try await blocking {
        let client = try RawClient(port: test.port)
        client.send(Array("POST /slow-stream HTTP/1.1\r\n\(host)Content-Length: \(length)\r\n\r\n".utf8))
        client.send([UInt8](repeating: 1, count: length))
        return client.response()
      }
    }
    #expect(await eventually { test.handlers.startedCount == 1 && test.server.counters.bytesReceived > 300_000 })
    // Long enough for all of it to have come, if nothing held it up.
    try await Task.sleep(for: .milliseconds(500))
    #expect(test.server.counters.bytesReceived < 1 << 20)
    test.handlers.open()
    #expect(try await sending.value?.body == "\(length) \(length % 65_536)")
    await test.stop()
  }

  @Test("a body that is announced too long is refused before its handler starts")
  func announcedTooLong() async throws {
    let test = try TestServer()
    let answer = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /stream HTTP/1.1\r\n\(host)Content-Length: \(65 << 20)\r\n\r\n")
      return client.response()
    }
    #expect(answer?.status == 413)
    await test.stop()
  }

  @Test("a body that expands without end is refused")
  func bomb() async throws {
    let bomb = ContentEncoder(.gzip).encode([UInt8](repeating: 0, count: 32 << 20)[...], isLast: true)
    let fields = "Content-Encoding: gzip\r\nContent-Length: \(bomb.count)"
    #expect(try await answers(head("/stream", fields) + bomb)[0]?.status == 413)
  }

  @Test("a body that stops gets 408, and its handler an error")
  func stalled() async throws {
    let test = try TestServer(
      timeouts: .init(header: patience, body: .milliseconds(300), idle: patience, write: patience))
    let answer = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /stream HTTP/1.1\r\n\(host)Content-Length: 1000\r\n\r\nbegun")
      let answer = client.response()
      #expect(client.isAtEnd())
      return answer
    }
    #expect(answer?.status == 408)
    await test.stop()
  }

  @Test("a malformed chunk in the middle gets 400")
  func malformed() async throws {
    let answers = try await answers(
      head("/stream", "Transfer-Encoding: chunked") + ChunkedBody.chunk(Array("abc".utf8)) + Array("zz\r\n".utf8))
    #expect(answers[0]?.status == 400)
  }

  @Test("a handler learns that its client has left in the middle")
  func departure() async throws {
    let test = try TestServer()
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /stream HTTP/1.1\r\n\(host)Content-Length: 1000\r\n\r\nbegun")
      while test.handlers.takenBytes < 5 { usleep(1_000) }
      client.resetOnClose()
    }
    #expect(await eventually { test.handlers.cancelledCount == 1 && test.server.counters.connectionsOpen == 0 })
    await test.stop()
  }

  @Test("an answer before the body's end closes the connection")
  func hasty() async throws {
    let test = try TestServer()
    let answer = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("POST /hasty-stream HTTP/1.1\r\n\(host)Content-Length: 1000\r\n\r\nbegun")
      let answer = client.response()
      #expect(client.isAtEnd())
      return answer
    }
    #expect(answer?.body == "enough\n")
    #expect(answer?.fields["connection"] == "close")
    await test.stop()
  }
}

/// Answers that are made while they are sent.
@Suite("Streamed answers")
struct StreamedAnswerTests {
  private static let counted = (0..<500).map { "\($0)\n" }.joined()

  @Test("curl gets every piece, compressed or not, by HTTP/1.1 or 1.0, with TLS or without")
  func curl() async throws {
    for tls in [false, true] {
      let test = try TestServer(tls: tls ? await TestCertificates.shared().configuration() : nil)
      let url = "\(tls ? "https" : "http")://127.0.0.1:\(test.port)/count/500"
      for options in [[], ["--compressed"], ["--http1.0"], ["--http1.0", "--compressed"]] {
        let output = try await run("/usr/bin/curl", ["-sSk", "--max-time", "60"] + options + [url])
        #expect(output == Self.counted, "\(options)")
      }
      await test.stop()
    }
  }

  @Test("a stream is chunked, its connection is kept, and HEAD gets its head alone")
  func framing() async throws {
    let test = try TestServer()
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("HEAD /count/3 HTTP/1.1\r\n\(host)\r\n")
      #expect(client.response(toHead: true)?.status == 200)
      client.send("GET /count/3 HTTP/1.1\r\n\(host)\r\nGET /hello HTTP/1.1\r\n\(host)\r\n")
      let head = client.text(through: "\r\n\r\n")
      #expect(head?.contains("Transfer-Encoding: chunked\r\n") == true && head?.contains("Content-Length") == false)
      #expect(client.text(through: "0\r\n\r\n") == "2\r\n0\n\r\n2\r\n1\n\r\n2\r\n2\n\r\n0\r\n\r\n")
      #expect(client.response()?.body == "hello\n")
    }
    await test.stop()
  }

  @Test("HTTP/1.0 gets no chunks, and the end of the connection is that of the body")
  func untilClose() async throws {
    let test = try TestServer()
    let text = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /count/3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      return client.rest()
    }
    #expect(text.hasSuffix("\r\n\r\n0\n1\n2\n") && text.contains("Connection: close\r\n"))
    await test.stop()
  }

  @Test("a piece arrives when it is made, compressed too", arguments: ["", "Accept-Encoding: gzip\r\n"])
  func immediate(_ field: String) async throws {
    let test = try TestServer()
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /events HTTP/1.1\r\n\(host)\(field)\r\n")
      _ = client.text(through: "\r\n\r\n")
      // The size of the first chunk, and the chunk.
      #expect(client.text(through: "\r\n") != nil && client.text(through: "\r\n") != nil)
      test.handlers.open()
      #expect(client.text(through: "\r\n0\r\n\r\n") != nil)
    }
    await test.stop()
  }

  @Test("a stop has the stream end with its last piece")
  func stop() async throws {
    let test = try TestServer()
    let reading = Task {
      try await blocking {
        let client = try RawClient(port: test.port)
        client.send("GET /events HTTP/1.1\r\n\(host)\r\n")
        return client.rest()
      }
    }
    #expect(await eventually { test.handlers.startedCount == 1 })
    await test.stop()
    #expect(try await reading.value.hasSuffix("data: last\n\n\r\n0\r\n\r\n"))
  }

  @Test("a producer waits for a slow client and is cancelled when the client leaves")
  func departure() async throws {
    let test = try TestServer()
    var client: RawClient? = try RawClient(port: test.port)
    client?.send("GET /endless HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.handlers.startedCount == 1 && test.server.counters.bytesSent > 64 << 10 })
    try await Task.sleep(for: .milliseconds(300))
    let sent = test.server.counters.bytesSent
    try await Task.sleep(for: .milliseconds(200))
    // The socket's buffers are full, and nobody reads.
    #expect(test.server.counters.bytesSent == sent)
    client?.resetOnClose()
    client = nil
    #expect(await eventually { test.handlers.cancelledCount == 1 && test.server.counters.connectionsOpen == 0 })
    await test.stop()
  }

  @Test("a client that does not read is let go, and its producer too")
  func slowReader() async throws {
    let test = try TestServer(
      timeouts: .init(header: patience, body: patience, idle: patience, write: .milliseconds(300)))
    let client = try RawClient(port: test.port)
    client.send("GET /endless HTTP/1.1\r\n\(host)\r\n")
    #expect(await eventually { test.handlers.cancelledCount == 1 && test.server.counters.connectionsOpen == 0 })
    withExtendedLifetime(client) {}
    await test.stop()
  }

  @Test("a quiet stream is no slow client")
  func quiet() async throws {
    let test = try TestServer(
      timeouts: .init(header: patience, body: patience, idle: .milliseconds(100), write: .milliseconds(100)))
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /events HTTP/1.1\r\n\(host)\r\n")
      _ = client.text(through: "first")
      usleep(500_000)
      test.handlers.open()
      #expect(client.text(through: "last") != nil)
    }
    await test.stop()
  }

  @Test("a stream that fails ends without its last chunk")
  func broken() async throws {
    let test = try TestServer()
    let text = try await blocking {
      let client = try RawClient(port: test.port)
      client.send("GET /broken HTTP/1.1\r\n\(host)\r\n")
      return client.rest()
    }
    #expect(text.hasSuffix("half\r\n"))
    await test.stop()
  }

  @Test("many streams that are opened and abandoned leave nothing")
  func abandoned() async throws {
    let test = try TestServer()
    for _ in 0..<10 {
      try await blocking {
        let clients = try (0..<20).map { _ in try RawClient(port: test.port) }
        for client in clients { client.send("GET /endless HTTP/1.1\r\n\(host)\r\n") }
        for client in clients { _ = client.text(through: "\r\n\r\n") }
        for client in clients { client.resetOnClose() }
      }
    }
    #expect(await eventually { test.handlers.cancelledCount == 200 && test.server.counters.connectionsOpen == 0 })
    await test.stop()
  }
}
