import Foundation
import HTTPServer
import Testing

/// Requests over TLS, and the ways in which a connection begins and ends.
@Suite("TLS: connections")
struct TLSConnectionTests {
  let certificates: TestCertificates

  init() async throws { certificates = try await .shared() }

  private func start(
    maximumConnections: Int = 1024, timeouts: ServerConfiguration.Timeouts = patientTimeouts
  ) throws -> (TestServer, TLSClients) {
    let test = try TestServer(
      maximumConnections: maximumConnections, timeouts: timeouts, tls: certificates.configuration())
    return (test, TLSClients(test, certificates))
  }

  @Test("addresses are links with https")
  func links() async throws {
    let (test, _) = try start()
    #expect(test.addresses[0].url == "https://127.0.0.1:\(test.port)")
    await test.stop()
  }

  @Test("Python keeps its connection, with every kind of request on it", arguments: ["TLSv1_2", "TLSv1_3"])
  func keepAlive(_ version: String) async throws {
    let (test, clients) = try start()
    let output = try await clients.python(
      """
      context.minimum_version = context.maximum_version = ssl.TLSVersion.\(version)
      c = http.client.HTTPSConnection("localhost", PORT, timeout=PATIENCE, context=context)
      def ask(expected, method, path, **more):
          c.request(method, path, **more)
          print(c.getresponse().read() == expected, c.sock.version())
      def length(data): return b"%d %d" % (len(data), sum(data) % 65536)
      ask(b"hello\\n", "GET", "/hello")
      ask(length(b"abc" * 1000000), "POST", "/length", body=b"abc" * 1000000)
      ask(length(b"ab" + b"cd" * 100000), "POST", "/length", body=iter([b"ab", b"cd" * 100000]), encode_chunked=True)
      ask(b"b" * (8 << 20), "GET", "/big")
      ask(b"There is nothing at /nothing.\\n", "GET", "/nothing")
      """)
    #expect(output == String(repeating: "True \(version.replacing("_", with: "."))\n", count: 5))
    #expect(test.server.counters.connectionsAccepted == 1)
    await test.stop()
  }

  @Test("pipelined requests, cut into records of one byte, are answered in order")
  func smallRecords() async throws {
    let (test, clients) = try start()
    let output = try await clients.python(
      """
      c = connect()
      requests = b"".join(b"GET /echo/%d HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n" % n for n in range(5))
      requests += b"GET /echo/last HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n"
      for byte in requests:
          c.sendall(bytes([byte]))
      print([line for line in read_all(c).decode().split("\\r\\n") if line.endswith(" ") or " HTTP/1.1 " in line])
      """)
    #expect(output.contains("0 HTTP/1.1 200 OK', '1 HTTP/1.1 200 OK', '2 HTTP/1.1 200 OK'"), "\(output)")
    #expect(output.contains("'last '"))
    await test.stop()
  }

  @Test("a client that reads slowly gets all of a large answer, and then close_notify")
  func slowReader() async throws {
    let (test, clients) = try start()
    let output = try await clients.python(
      """
      plain = socket.socket()
      plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
      plain.settimeout(PATIENCE)
      plain.connect(("127.0.0.1", PORT))
      c = context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False)
      c.sendall(b"GET /big HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
      time.sleep(0.3)
      data = read_all(c)
      print(data.count(b"b" * 1024))
      """)
    #expect(output == "8192\n", "\(output)")
    await test.stop()
  }

  @Test("the last answer is followed by close_notify", arguments: ["TLSv1_2", "TLSv1_3"])
  func closeNotify(_ version: String) async throws {
    let (test, clients) = try start()
    let output = try await clients.python(
      """
      context.minimum_version = context.maximum_version = ssl.TLSVersion.\(version)
      c = connect()
      c.sendall(b"GET /hello HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
      print(read_all(c).endswith(b"hello\\n"))
      """)
    #expect(output == "True\n")
    await test.stop()
  }

  @Test("an idle connection is ended by close_notify when its time is up")
  func idleTimeout() async throws {
    var timeouts = patientTimeouts
    timeouts.idle = .milliseconds(100)
    let (test, clients) = try start(timeouts: timeouts)
    #expect(try await clients.python("print(read_all(connect()))") == "b''\n")
    await test.stop()
  }

  @Test("a stop ends an idle connection by close_notify, and an unfinished handshake too")
  func stop() async throws {
    let (test, clients) = try start()
    async let idle = clients.python("c = connect(); c.sendall(REQUEST); print(len(read_all(c)) > 100)")
    async let unfinished = clients.python("c = raw(); c.sendall(bytes([22, 3, 1])); print(c.recv(100))")
    #expect(await eventually { test.handlers.answeredCount == 1 && test.server.counters.connectionsOpen == 2 })
    await test.stop()
    #expect(try await idle == "True\n")
    #expect(try await unfinished == "b''\n")
  }

  /// Python's ssl over memory, so that the test decides which bytes travel.
  private let memory = """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    plain = raw()
    def attempt(operation, *arguments):
        # Repeats an operation of TLS until the server has sent what it needs.
        while True:
            try:
                result = operation(*arguments)
                plain.sendall(outgoing.read())
                return result
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                data = plain.recv(65536)
                incoming.write(data) if data else incoming.write_eof()
    def flush():
        plain.sendall(outgoing.read())

    """

  @Test("TLS 1.3: a client that has ended its side still gets its answer, behind a sign of life from the server")
  func halfClose() async throws {
    let (test, clients) = try start()
    async let output = clients.python(
      memory + """
        attempt(tls.do_handshake)
        tls.write(b"GET /wait HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
        try:
            tls.unwrap()
        except ssl.SSLWantReadError:
            flush()
        answer = attempt(tls.read, 1000)
        while b"finished" not in answer:
            answer += attempt(tls.read, 1000)
        print(answer.endswith(b"finished"), plain.recv(1000) is not None)
        """)
    #expect(await eventually { test.handlers.startedCount == 1 })
    try await Task.sleep(for: .milliseconds(400))
    test.handlers.open()
    #expect(try await output == "True True\n")
    #expect(test.handlers.cancelledCount == 0)
    await test.stop()
  }

  @Test("TLS 1.2: a client that has ended its side has left, and its work is given up")
  func departure() async throws {
    let (test, clients) = try start()
    let output = try await clients.python(
      "context.maximum_version = ssl.TLSVersion.TLSv1_2\n" + memory + """
        attempt(tls.do_handshake)
        tls.write(b"GET /wait HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
        try:
            tls.unwrap()
        except ssl.SSLWantReadError:
            flush()
        try:
            while plain.recv(1000): pass
        except ConnectionResetError: pass
        print("closed")
        """)
    #expect(output == "closed\n")
    #expect(await eventually { test.handlers.startedCount == test.handlers.cancelledCount })
    await test.stop()
  }

  @Test("a body that is cut off without close_notify is not taken for a whole one", arguments: [true, false])
  func truncation(_ isAnnounced: Bool) async throws {
    let (test, clients) = try start()
    let framing = isAnnounced ? "Content-Length: 10" : "Transfer-Encoding: chunked"
    let body = isAnnounced ? "12345" : #"5\r\n12345\r\n"#
    let output = try await clients.python(
      """
      c = connect()
      c.sendall(b"POST /hold HTTP/1.1\\r\\nHost: a\\r\\n\(framing)\\r\\n\\r\\n\(body)")
      socket.socket.shutdown(c, socket.SHUT_WR)
      try:
          print(read_all(c))
      except (ssl.SSLError, ConnectionResetError):
          print("cut off")
      """)
    #expect(output == "cut off\n", "\(output)")
    #expect(test.handlers.startedCount == 0)
    #expect(test.handlers.answeredCount == 0)
    await test.stop()
  }

  @Test("a client that vanishes without close_notify has its work given up")
  func vanishing() async throws {
    let (test, clients) = try start()
    _ = try await clients.python(
      """
      c = connect()
      c.sendall(b"GET /wait HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
      time.sleep(0.2)
      """)
    #expect(await eventually { test.handlers.startedCount == 1 && test.handlers.cancelledCount == 1 })
    await test.stop()
  }

  @Test("a request without TLS is told so in plain HTTP")
  func plainHTTP() async throws {
    let (test, _) = try start()
    let port = test.port
    let (response, isAtEnd) = try await blocking {
      let client = try RawClient(port: port)
      client.send("GET /hello HTTP/1.1\r\n\(host)\r\n")
      return (client.response(), client.isAtEnd())
    }
    #expect(response?.status == 400)
    #expect(response?.fields["connection"] == "close")
    #expect(response?.body == "This port speaks HTTPS; the request came without TLS.\n")
    #expect(isAtEnd)
    await test.stop()
  }

  @Test(
    "anything else that is not TLS is answered by an alert or nothing, and closed",
    arguments: [
      "DELETE /hello HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{4}abcd", "SSH-2.0-x\r\n", "\0\0\0\0\0\0\0\0",
    ])
  func garbage(_ bytes: String) async throws {
    let (test, clients) = try start()
    let port = test.port
    let answer = try await blocking {
      let client = try RawClient(port: port)
      client.send(bytes)
      return client.response()
    }
    #expect(answer == nil)
    #expect(await eventually { test.server.counters.connectionsOpen == 0 })
    #expect(try await clients.curl("/hello") == "hello\n")
    await test.stop()
  }

  @Test(
    "a handshake that is not finished in time is ended",
    arguments: ["", #"\x16"#, #"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"#])
  func handshakeTimeout(_ begin: String) async throws {
    var timeouts = patientTimeouts
    timeouts.header = .milliseconds(200)
    let (test, clients) = try start(timeouts: timeouts)
    let output = try await clients.python("c = raw(); c.sendall(b'\(begin)'); print(c.recv(1000))")
    #expect(output == "b''\n")
    await test.stop()
  }

  @Test("a chain of certificates beyond what the socket holds arrives as the client reads it")
  func largeHandshake() async throws {
    let server = certificates.identity("server")
    let authority = try String(contentsOfFile: certificates.path("authority.pem"), encoding: .utf8)
    let chain = certificates.path("chain-\(UUID().uuidString).pem")
    // About 60 KB; OpenSSL's clients take 100.
    try (String(contentsOfFile: server.certificate, encoding: .utf8) + String(repeating: authority, count: 150))
      .write(toFile: chain, atomically: true, encoding: .utf8)
    let configuration = TLSConfiguration(identities: [.init(certificate: chain, key: server.key)])
    let test = try TestServer(timeouts: patientTimeouts, tls: configuration)
    let output = try await TLSClients(test, certificates).python(
      """
      plain = socket.socket()
      plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
      plain.settimeout(PATIENCE)
      plain.connect(("127.0.0.1", PORT))
      incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
      tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
      received = 0
      while True:
          try:
              tls.do_handshake()
              break
          except ssl.SSLWantReadError:
              hello = outgoing.read()
              plain.sendall(hello)
              # Long enough for the server to have filled what there is to fill.
              if hello: time.sleep(0.3)
              data = plain.recv(4096)
              received += len(data)
              incoming.write(data)
      tls.write(REQUEST)
      plain.sendall(outgoing.read())
      answer = b""
      while b"hello" not in answer:
          try:
              answer += tls.read(1000)
          except ssl.SSLWantReadError:
              incoming.write(plain.recv(4096))
      print(received > 50000, tls.version())
      """)
    #expect(output == "True TLSv1.3\n", "\(output)")
    await test.stop()
  }

  @Test("while hundreds of handshakes are begun and not finished, others are served")
  func unfinishedHandshakes() async throws {
    let (test, clients) = try start()
    let output = try await clients.python(
      """
      held = []
      for number in range(200):
          incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
          tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
          try:
              tls.do_handshake()
          except ssl.SSLWantReadError:
              pass
          hello = outgoing.read()
          held.append(raw())
          # Some stop within their first message, some wait with the server's answer unread.
          held[-1].sendall(hello if number % 2 else hello[:100])
      for _ in range(20):
          c = connect()
          c.sendall(REQUEST)
          assert c.recv(1000).endswith(b"hello\\n")
      print("served")
      """)
    #expect(output == "served\n")
    await test.stop()
  }

  @Test("a client that asks for new keys and does not read has to wait; once it reads, it is served")
  func keysUnread() async throws {
    let (test, _) = try start()
    let port = test.port
    let answer = try await blocking {
      let client = try KeyUpdatingClient(port: port)
      try #require(try client.askForKeysUntilBlocked(atMost: 1_000_000), "the server never stopped reading")
      return try client.ask("GET /hello HTTP/1.1\r\n\(host)\r\n", until: "hello\n")
    }
    #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
    await test.stop()
  }

  @Test("a client that asks for new keys without end is let go like an idle one, and holds nobody up")
  func keysForever() async throws {
    var timeouts = patientTimeouts
    timeouts.idle = .seconds(3)
    let (test, clients) = try start(timeouts: timeouts)
    let port = test.port
    async let isEnded = blocking {
      let client = try KeyUpdatingClient(port: port)
      _ = try client.askForKeysUntilBlocked(atMost: 1_000_000)
      return client.isEnded()
    }
    #expect(try await clients.curl("/hello") == "hello\n")
    #expect(try await isEnded)
    await test.stop()
  }

  @Test("what changes the server's state knows its own origin by https")
  func ownOrigin() async throws {
    let (test, clients) = try start()
    let origin = "https://localhost:\(test.port)"
    #expect(try await clients.curl("/change", ["-X", "POST", "-H", "Origin: \(origin)"]) == "changed\n")
    let refused = try await clients.curl("/change", ["-X", "POST", "-H", "Origin: http://localhost:\(test.port)"])
    #expect(refused.contains("not \(origin)."), "\(refused)")
    await test.stop()
  }

  @Test("a connection beyond the most is told so over TLS")
  func tooMany() async throws {
    let (test, clients) = try start(maximumConnections: 1)
    let output = try await clients.python(
      """
      first = connect()
      first.sendall(REQUEST)
      first.recv(1000)
      print(read_all(connect()).split(b"\\r\\n")[0])
      """)
    #expect(output == "b'HTTP/1.1 503 Service Unavailable'\n")
    await test.stop()
  }
}
