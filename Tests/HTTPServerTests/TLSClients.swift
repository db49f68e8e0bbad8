import Foundation

/// TLS clients that nobody here wrote. Each returns all that it printed.
struct TLSClients {
  let test: TestServer
  let certificates: TestCertificates

  init(_ test: TestServer, _ certificates: TestCertificates) {
    self.test = test
    self.certificates = certificates
  }

  /// curl, which trusts the test's authority, asks for a path of `https://HOST:PORT`.
  func curl(_ path: String, host: String = "localhost", _ arguments: [String] = []) async throws -> String {
    let url = "https://\(host):\(test.port)\(path)"
    let common = [
      "-sS", "--cacert", certificates.path("authority.pem"), "--resolve", "\(host):\(test.port):127.0.0.1",
    ]
    return try await run("/usr/bin/curl", common + arguments + [url])
  }

  /// openssl's client. It asks for /hello, and leaves when the server has closed; `commands` go first, each a letter for
  /// the client itself, such as R for a renegotiation, which it takes only where it leaves at the end of its input.
  func openssl(_ arguments: [String], commands: [String] = [], request: Bool = true) async throws -> String {
    let ask = #"printf 'GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'"#
    // What the client reads at once is one command: pauses keep them apart.
    let input =
      commands.map { #"printf '\#($0)\n'; sleep 1"# } + (request ? [ask] : []) + (commands.isEmpty ? [] : ["sleep 1"])
    let end = request && commands.isEmpty ? "-ign_eof" : ""
    let client = "openssl s_client \(end) -connect 127.0.0.1:\(test.port) \(arguments.joined(separator: " "))"
    let line = request || !commands.isEmpty ? "(\(input.joined(separator: "; "))) | \(client)" : "\(client) </dev/null"
    return try await run("/bin/sh", ["-c", line])
  }

  /// Python's ssl. `connect()` gives a socket with TLS, `raw()` one without; `finish` and `tls` make TLS over memory,
  /// where a test needs to see or to withhold single records.
  func python(_ script: String) async throws -> String {
    let prelude = """
      import http.client, socket, ssl, struct, sys, time
      PORT, PATIENCE = \(test.port), \(patience.components.seconds)
      context = ssl.create_default_context(cafile="\(certificates.path("authority.pem"))")
      REQUEST = b"GET /hello HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"
      def raw():
          return socket.create_connection(("127.0.0.1", PORT), PATIENCE)
      def connect(**options):
          # An end without close_notify is an error.
          return context.wrap_socket(raw(), server_hostname="localhost", suppress_ragged_eofs=False, **options)
      def read_all(stream):
          data = b""
          while piece := stream.recv(65536):
              data += piece
          return data

      """
    return try await run("/usr/bin/python3", ["-c", prelude + script])
  }
}
