import HTTPCore
import HTTPServer
import Testing

/// Codings between a live server and clients that nobody here wrote: curl's zlib and Python's.
@Suite("Content coding over loopback")
struct ContentCodingTests {
  private let curl = "/usr/bin/curl"

  @Test("curl expands what it accepts", arguments: [("gzip", 1), ("deflate", 1), ("identity", 0), ("br", 0)])
  func curlExpands(_ accepted: String, _ isCoded: Int) async throws {
    let test = try TestServer()
    let format = "%{size_download} %header{content-encoding} %header{vary}"
    let arguments = ["-s", "-o", "/dev/null", "-w", format, "-H", "Accept-Encoding: \(accepted)"]
    let sizes = try await run(curl, arguments + ["\(test.url)/text"]).split(
      separator: " ", omittingEmptySubsequences: false)
    #expect((Int(sizes[0])! < 500) == (isCoded == 1))
    #expect(sizes[1] == (isCoded == 1 ? accepted : ""))
    #expect(sizes[2] == "Accept-Encoding")
    let text = try await run(curl, ["-s", "--compressed", "-H", "Accept-Encoding: \(accepted)", "\(test.url)/text"])
    #expect(text == String(repeating: "all work and no play\n", count: 500))
    await test.stop()
  }

  @Test("Python's compressed bodies arrive as they were, in one piece and in chunks")
  func python() async throws {
    let test = try TestServer()
    let script = """
      import gzip, http.client, random, zlib
      random.seed(1)
      body = bytes(random.choices(b"abcdef", k=1000000))
      print(len(body), sum(body) % 65536)
      c = http.client.HTTPConnection("127.0.0.1", \(test.port), timeout=\(patience.components.seconds))
      for name, coded in [("gzip", gzip.compress(body)), ("deflate", zlib.compress(body)), ("x-gzip", gzip.compress(body))]:
          for sent in [coded, iter([coded[:7], coded[7:50000], coded[50000:]])]:
              c.request("POST", "/length", body=sent, headers={"Content-Encoding": name},
                        encode_chunked=not isinstance(sent, bytes))
              print(c.getresponse().read().decode())
      """
    let lines = try await run("/usr/bin/python3", ["-c", script]).split(separator: "\n")
    #expect(lines.count == 7)
    #expect(Set(lines).count == 1, "\(lines)")
    #expect(test.server.counters.connectionsAccepted == 1)
    await test.stop()
  }

  private func ask(_ test: TestServer, _ line: String, _ fields: String, _ body: [UInt8] = []) async throws
    -> RawClient.Response?
  {
    try await blocking {
      let client = try RawClient(port: test.port)
      client.send(Array("\(line) HTTP/1.1\r\n\(host)\(fields)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
      return client.response(toHead: line.hasPrefix("HEAD"))
    }
  }

  @Test("an unknown coding of a body is 415 and says what is accepted", arguments: ["br", "gzip, gzip", "zstd"])
  func unknown(_ coding: String) async throws {
    let test = try TestServer()
    let answer = try await ask(test, "POST /length", "Content-Encoding: \(coding)\r\n", [1, 2, 3])
    #expect(answer?.status == 415)
    #expect(answer?.fields["accept-encoding"] == "gzip, deflate")
    await test.stop()
  }

  @Test("bodies that expand too far are 413, damaged and cut ones 400")
  func refused() async throws {
    let test = try TestServer()
    let bomb = ContentEncoder(.gzip).encode([UInt8](repeating: 0, count: 8 << 20)[...], isLast: true)
    let eleven = ContentEncoder(.deflate).encode([UInt8](repeating: 1, count: 11)[...], isLast: true)
    let gzip = "Content-Encoding: gzip\r\n"
    #expect(try await ask(test, "POST /length", gzip, bomb)?.status == 413)
    #expect(
      try await ask(test, "POST /small", "Content-Encoding: deflate\r\n", Array(eleven.prefix(10)))?.status == 413)
    #expect(try await ask(test, "POST /length", gzip, [1, 2, 3])?.status == 400)
    #expect(try await ask(test, "POST /length", gzip, Array(bomb.prefix(20)))?.status == 400)
    #expect(try await ask(test, "POST /length", gzip)?.body == "0 0")
    await test.stop()
  }

  @Test("a client that refuses every coding gets 406, one that insists on gzip gets it, however small")
  func insisting() async throws {
    let test = try TestServer()
    let none = try await ask(test, "GET /hello", "Accept-Encoding: identity;q=0\r\n")
    #expect(none?.status == 406)
    let gzip = try await ask(test, "GET /hello", "Accept-Encoding: gzip, identity;q=0\r\n")
    #expect(gzip?.status == 200)
    #expect(gzip?.fields["content-encoding"] == "gzip")
    let head = try await ask(test, "HEAD /text", "Accept-Encoding: gzip\r\n")
    let get = try await ask(test, "GET /text", "Accept-Encoding: gzip\r\n")
    for field in ["content-length", "content-encoding", "vary"] {
      #expect(head?.fields[field] != nil)
      #expect(head?.fields[field] == get?.fields[field])
    }
    let binary = try await ask(test, "GET /big", "Accept-Encoding: gzip\r\n")
    #expect(binary?.fields["content-encoding"] == nil)
    await test.stop()
  }
}
