import Foundation
import HTTPServer
import Testing

/// Clients that nobody here wrote: curl and Python's http.client.
@Suite("Foreign clients")
struct ForeignClientTests {
  private let curl = "/usr/bin/curl"

  /// A file of two million bytes 0, 1, ..., 250, 0, ...
  private func bigFile() throws -> URL {
    let file = FileManager.default.temporaryDirectory.appending(path: "upload-\(UUID().uuidString)")
    try Data((0..<2_000_000).map { UInt8($0 % 251) }).write(to: file)
    return file
  }

  private let bigAnswer = "2000000 \((0..<2_000_000).reduce(0) { ($0 + $1 % 251) % 65_536 })"

  @Test("curl waits for 100 Continue with a large body")
  func curlContinue() async throws {
    let test = try TestServer()
    let file = try bigFile()
    // By itself curl gives up waiting after a second, which a busy machine may need.
    let arguments = ["-sv", "--expect100-timeout", "60", "--data-binary", "@\(file.path)"]
    let output = try await run(curl, arguments + ["\(test.url)/length"])
    #expect(output.contains("< HTTP/1.1 100 Continue"))
    #expect(output.contains(bigAnswer))
    try FileManager.default.removeItem(at: file)
    await test.stop()
  }

  @Test("curl uploads in chunks")
  func curlChunked() async throws {
    let test = try TestServer()
    let file = try bigFile()
    let arguments = ["-s", "-H", "Transfer-Encoding: chunked", "-H", "Expect:", "--data-binary", "@\(file.path)"]
    #expect(try await run(curl, arguments + ["\(test.url)/length"]) == bigAnswer)
    try FileManager.default.removeItem(at: file)
    await test.stop()
  }

  @Test(
    "curl sees the 413 for a large body, announced or in chunks",
    arguments: [[], ["-H", "Transfer-Encoding: chunked"]])
  func curlTooLarge(_ fields: [String]) async throws {
    let test = try TestServer()
    let file = try bigFile()
    let arguments = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Expect:", "--data-binary", "@\(file.path)"]
    #expect(try await run(curl, arguments + fields + ["\(test.url)/small"]) == "413")
    try FileManager.default.removeItem(at: file)
    await test.stop()
  }

  @Test("curl gets the header of GET from HEAD, and both over one connection")
  func curlHead() async throws {
    let test = try TestServer()
    let output = try await run(curl, ["-sI", "\(test.url)/hello", "\(test.url)/hello"])
    #expect(output.components(separatedBy: "HTTP/1.1 200 OK\r\n").count == 3)
    #expect(output.components(separatedBy: "Content-Length: 6\r\n").count == 3)
    #expect(test.server.counters.connectionsAccepted == 1)
    await test.stop()
  }

  @Test("curl speaks HTTP/1.0")
  func curlOldVersion() async throws {
    let test = try TestServer()
    #expect(try await run(curl, ["-s", "--http1.0", "\(test.url)/hello"]) == "hello\n")
    await test.stop()
  }

  @Test("Python keeps its connection, with every kind of request on it")
  func python() async throws {
    let test = try TestServer()
    let script = """
      import http.client
      c = http.client.HTTPConnection("127.0.0.1", \(test.port), timeout=\(patience.components.seconds))
      def ask(method, path, **more):
          c.request(method, path, **more)
          r = c.getresponse()
          print(r.status, r.read().decode().strip(), r.getheader("Connection"))
      ask("GET", "/hello")
      ask("POST", "/length", body=b"abc")
      ask("POST", "/length", body=iter([b"abc", b"defg"]), encode_chunked=True)
      ask("HEAD", "/hello")
      ask("OPTIONS", "/hello")
      ask("GET", "/nothing")
      ask("GET", "/echo/%C3%A9?q=a+b")
      """
    let output = try await run("/usr/bin/python3", ["-c", script])
    #expect(
      output == """
        200 hello None
        200 3 294 None
        200 7 700 None
        200  None
        204  None
        404 There is nothing at /nothing. None
        200 é a b None

        """)
    #expect(test.server.counters.connectionsAccepted == 1)
    await test.stop()
  }
}
