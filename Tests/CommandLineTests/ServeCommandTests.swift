import Foundation
import TestSupport
import Testing

@Suite("serve", .timeLimit(.minutes(5)))
struct ServeCommandTests {
  private let convserve: ConvServe

  init() throws { convserve = try ConvServe() }

  /// A server on a free port that is ready, and its address.
  private func startServer(_ arguments: [String] = []) async throws -> (server: RunningProgram, url: String) {
    let server = try convserve.start(["serve", "--host", "127.0.0.1", "--port", "0"] + arguments)
    let isReady = await eventually { server.errors.contains("ready after") }
    try #require(isReady, "\(server.errors)")
    let line = try #require(server.output.firstMatch(of: /ConvServe is listening on (http:\/\/127\.0\.0\.1:[0-9]+)\n/))
    return (server, String(line.1))
  }

  private func curl(_ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(URL(fileURLWithPath: "/usr/bin/curl"), ["-sS"] + arguments, in: convserve.folder.url)
  }

  @Test(
    "serve prints its port, answers there, is found healthy, and ends with 0 when asked to",
    arguments: [SIGTERM, SIGINT])
  func life(signal: Int32) async throws {
    let (server, url) = try await startServer()
    let client = try curl(["-F", "image=@photo.jpg", "\(url)/v1/classify"])
    #expect(try await client.exitStatus() == 0, "\(client.errors)")
    #expect(client.output.contains(#""label":"cat""#))
    let check = try await convserve.run(["healthcheck", "--url", "\(url)/readyz"])
    #expect(check.status == 0)
    #expect(check.output.contains(#""ready""#))
    server.send(signal)
    #expect(try await server.exitStatus() == 0)
    #expect(try await convserve.run(["healthcheck", "--url", "\(url)/readyz"]).status == 1)
  }

  @Test("Connections are held to the descriptors that the process may have, and the log says so")
  func descriptors() async throws {
    // 256 are for everything else, so 4 connections are left.
    let script = "ulimit -n 260 && exec \(ConvServe.executable.path) serve --host 127.0.0.1 --port 0"
    let server = try RunningProgram(URL(fileURLWithPath: "/bin/bash"), ["-c", script], in: convserve.folder.url)
    try #require(await eventually { server.errors.contains("ready after") }, "\(server.errors)")
    #expect(
      server.errors.contains(
        "4 connections instead of --max-connections 1024: the process may have 260 descriptors open (ulimit -n)"))
    let port = try #require(server.output.firstMatch(of: /:([0-9]+)\n/)).1
    let idlers =
      "exec 3<>/dev/tcp/127.0.0.1/\(port) 4<>/dev/tcp/127.0.0.1/\(port) 5<>/dev/tcp/127.0.0.1/\(port); echo; cat"
    let idle = try RunningProgram(URL(fileURLWithPath: "/bin/bash"), ["-c", idlers], in: convserve.folder.url)
    #expect(await eventually { idle.output == "\n" })
    let ask = ["-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/readyz"]
    let fourth = try curl(ask)
    #expect(try await fourth.exitStatus() == 0)
    #expect(fourth.output == "200")
    let second = try RunningProgram(URL(fileURLWithPath: "/bin/bash"), ["-c", idlers], in: convserve.folder.url)
    #expect(await eventually { second.output == "\n" })
    let refused = try curl(ask)
    #expect(try await refused.exitStatus() == 0)
    #expect(refused.output == "503")
    for client in [idle, second] {
      try client.endInput()
      #expect(try await client.exitStatus() == 0)
    }
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("A port in use is named, and the exit status is 1")
  func portInUse() async throws {
    let (server, url) = try await startServer()
    let port = url.split(separator: ":").last.map(String.init) ?? ""
    let second = try await convserve.run(["serve", "--host", "127.0.0.1", "--port", port])
    #expect(second.status == 1)
    #expect(second.errors.contains(port))
    #expect(second.errors.lowercased().contains("in use"))
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("--check names the models and exits with 0 without listening")
  func check() async throws {
    let result = try await convserve.run(["serve", "--check"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "The configuration is fine; models: resnet8-cifar10\n")
  }

  @Test(
    "--check names everything that is wrong, and so does a start, which listens to nobody", arguments: [true, false])
  func checkFails(isCheck: Bool) async throws {
    try convserve.folder.write("{}", to: "models/broken/1/model.json")
    try convserve.folder.copy(Checkout.model, to: "models/unlabelled")
    try convserve.folder.write("cat\n", to: "models/unlabelled/1/labels.txt")
    try convserve.folder.copy(Checkout.model, to: "models/cut")
    try convserve.folder.write("", to: "models/cut/1/weights.safetensors")
    try convserve.folder.write("# first\nmax-body: huge\nhost: 0.0.0.0\nadmin-listen: 0.0.0.0:1\n", to: "server.yaml")
    try convserve.folder.write("a infer never\nb\n", to: "keys")
    let result = try await convserve.run(
      [
        "serve", "--config", "server.yaml", "--default-model", "nope", "--tls-certificate", "a.pem", "--tls-key",
        "a.key",
        "--tls-client-ca", "c.pem", "--api-keys", "keys",
      ] + (isCheck ? ["--check"] : []),
      environment: ["CONVSERVE_THREADS": "none"])
    #expect(result.status == 78)
    #expect(result.output == "")
    for complaint in [
      "server.yaml, line 2: max-body takes a whole number", "the environment variable CONVSERVE_THREADS takes",
      "version 1 of model broken cannot be loaded: ", "labels.txt: holds 1 labels, but model.json says num_classes 10",
      "version 1 of model cut cannot be loaded: cannot read ", "no model is named \"nope\"",
      "The certificate a.pem cannot be used: No such file", "The key a.key cannot be used: No such file",
      "The authorities of clients' certificates, c.pem, cannot be used: No such file", "keys, line 1: expected NAME",
      "keys, line 2: expected NAME",
    ] { #expect(result.errors.contains(complaint), "\(result.errors)") }
    #expect(result.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("Error: ") })
  }

  @Test("Every address that strangers could reach without a key is named, by the line that asks for it")
  func checkOpenAddresses() async throws {
    try convserve.folder.write("host: 0.0.0.0\nadmin-listen: 0.0.0.0:1\n", to: "server.yaml")
    let result = try await convserve.run(["serve", "--check", "--config", "server.yaml"])
    #expect(result.status == 78)
    for complaint in [
      "server.yaml, line 1: host 0.0.0.0 can be reached from other machines, and there are no API keys",
      "server.yaml, line 2: admin-listen 0.0.0.0 can be reached from other machines, and there are no API keys",
    ] { #expect(result.errors.contains(complaint), "\(result.errors)") }
    #expect(try await convserve.run(["serve", "--check", "--config", "server.yaml", "--insecure"]).status == 0)
  }

  @Test("What is wrong with a configuration file is named from its first line to its last, before all else")
  func checkOrder() async throws {
    try convserve.folder.write(
      "host: 0.0.0.0\nthreads: none\nprot: 1\nopen-operations: fly\nmax-body: huge\nadmin-listen: 0.0.0.0:8080\n",
      to: "server.yaml")
    let result = try await convserve.run(
      ["serve", "--check", "--config", "server.yaml"], environment: ["CONVSERVE_MAX_PIXELS": "many"])
    let lines = result.errors.matches(of: /(?m)^Error: (?:server\.yaml, line ([0-9]+)|the environment variable)/)
    #expect(lines.map { $0.1.map(String.init) } == ["1", "2", "3", "4", "5", "6", "6", nil], "\(result.errors)")
  }

  @Test(
    "The admin address is not the main one, nor a part of it",
    arguments: [
      ("localhost", "8197", "localhost:8197", "localhost:8197"), ("localhost", "8197", "[::1]:8197", "localhost:8197"),
      ("127.0.0.1", "8197", "LocalHost:8197", "127.0.0.1:8197"), ("0.0.0.0", "1", "127.0.0.1:1", "0.0.0.0:1"),
      ("::", "1", "0.0.0.0:1", "[::]:1"),
    ])
  func adminAddressTaken(host: String, port: String, admin: String, main: String) async throws {
    let arguments = ["serve", "--insecure", "--host", host, "--port", port, "--admin-listen", admin]
    for arguments in [arguments, arguments + ["--check"]] {
      let result = try await convserve.run(arguments)
      #expect(result.status == 64)
      #expect(
        result.errors.hasPrefix(
          "Error: --admin-listen takes an address of its own, but \(admin) is taken by --host and --port, \(main)\n"),
        "\(result.errors)")
    }
  }

  @Test(
    "An admin address beside the main one is fine",
    arguments: [("localhost", "0", "localhost:0"), ("127.0.0.1", "1", "[::1]:1"), ("localhost", "1", "localhost:2")])
  func adminAddressFree(host: String, port: String, admin: String) async throws {
    let result = try await convserve.run([
      "serve", "--check", "--host", host, "--port", port, "--admin-listen", admin,
    ])
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(
    "A configuration file that cannot be used is all that is named, since it may say what else seems to be missing",
    arguments: [
      ("none.yaml", "the configuration file none.yaml cannot be read: No such file or directory"),
      ("server.yaml", "server.yaml, line 2: port is given more than once"), ("", "--config is empty"),
    ])
  func unusableFile(path: String, complaint: String) async throws {
    try FileManager.default.moveItem(
      at: convserve.folder.url.appendingPathComponent("models"),
      to: convserve.folder.url.appendingPathComponent("elsewhere"))
    try convserve.folder.write("port: 1\n\"port\": 2\nmodels: elsewhere\n", to: "server.yaml")
    let result = try await convserve.run(["serve", "--check", "--host", "0.0.0.0", "--config", path])
    #expect(result.status == (path.isEmpty ? 64 : 78))
    #expect(result.errors.contains(complaint), "\(result.errors)")
    #expect(result.errors.matches(of: /(?m)^Error:/).count == 1, "\(result.errors)")
  }

  @Test("Empty keys are refused as such, and not taken for a server without any")
  func emptyKeys() async throws {
    let result = try await convserve.run(
      ["serve", "--check", "--host", "0.0.0.0", "--insecure"], environment: ["CONVSERVE_API_KEYS": ""])
    #expect(result.status == 78)
    #expect(
      result.errors
        == "Error: the environment variable CONVSERVE_API_KEYS is empty; leave it out for the default\n")
  }

  @Test("A variable that is spelt wrong is mentioned with the right one, and does not keep the server from starting")
  func unknownVariable() async throws {
    let result = try await convserve.run(
      ["serve", "--check"], environment: ["CONVSERVE_MAX_BDOY": "1", "CONVSERVE_CONFIG": "server.yaml"])
    #expect(
      result.errors.contains(
        "variable CONVSERVE_MAX_BDOY is no setting of this server; did you mean CONVSERVE_MAX_BODY?"))
    #expect(!result.errors.contains("CONVSERVE_CONFIG is no setting"))
  }

  @Test("With --log-format json every line is an object; no key, query or picture gets into it at any level")
  func log() async throws {
    let (server, url) = try await startServer(["--log-format", "json", "--log-level", "trace"])
    let requests = [
      [
        "-F", "image=@photo.jpg", "\(url)/v1/classify", "-H", "Authorization: Bearer SECRET", "-H",
        "X-Request-Id: first",
      ],
      ["-d", "SECRET", "\(url)/v1/classify?key=SECRET", "-H", "X-Api-Key: SECRET", "-H", "X-Request-Id: second"],
      ["\(url)/nothing%0a%1b%5b31m?key=SECRET", "-H", "Cookie: SECRET", "-H", "X-Request-Id: third"],
    ]
    for arguments in requests { #expect(try await curl(arguments).exitStatus() == 0) }
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
    let lines = try server.errors.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
    #expect(lines.allSatisfy { $0["time"] != nil && $0["level"] != nil && $0["message"] != nil })
    let answers = lines.filter { $0["message"] as? String == "request" }
    #expect(answers.map { $0["request_id"] as? String } == ["first", "second", "third"])
    #expect(answers.map { $0["status"] as? Int } == [200, 415, 404])
    #expect(answers.map { $0["model"] as? String } == ["resnet8-cifar10", "resnet8-cifar10", nil])
    #expect(answers.map { $0["path"] as? String } == ["/v1/classify", "/v1/classify", "/nothing%0a%1b%5b31m"])
    #expect(!server.errors.contains("SECRET"))
  }

  /// A client whose request has begun: the server has asked for its body.
  private func beginUpload(to url: String) async throws -> RunningProgram {
    let client = try curl([
      "-v", "-X", "POST", "-T", "-", "-H", "Expect: 100-continue", "-H", "Content-Type: image/jpeg",
      "--expect100-timeout", "30",
      "\(url)/v1/classify",
    ])
    let hasBegun = await eventually { client.errors.contains("100 Continue") }
    try #require(hasBegun, "\(client.errors)")
    return client
  }

  @Test("SIGTERM while a request arrives: it is answered, and the exit status is 0")
  func stopWhileReceiving() async throws {
    let (server, url) = try await startServer()
    let client = try await beginUpload(to: url)
    server.send(SIGTERM)
    #expect(await eventually { server.errors.contains("stopping") })
    try client.write(Data(contentsOf: convserve.folder.url.appendingPathComponent("photo.jpg")))
    try client.endInput()
    #expect(try await client.exitStatus() == 0, "\(client.errors)")
    #expect(client.output.contains(#""label":"cat""#))
    #expect(try await server.exitStatus() == 0)
  }

  @Test("SIGTERM while a request is computed: it is answered whole, and the exit status is 0")
  func stopWhileComputing() async throws {
    let (server, url) = try await startServer(["--queue-capacity", "10000", "--threads", "1"])
    let images = (0..<90).flatMap { ["-F", "image=@photo.jpg;filename=\($0).jpg"] }
    let client = try curl(["-v"] + images + ["\(url)/v1/classify?crop=ten&top_k=1"])
    // A thread of its own, since tasks may have to wait for processors while the server is computing.
    Thread.detachNewThread {
      for _ in 0..<60_000 {
        if client.errors.contains("completely uploaded") { break }
        usleep(1000)
      }
      server.send(SIGTERM)
    }
    #expect(try await client.exitStatus() == 0, "\(client.errors)")
    #expect(client.errors.contains("< Connection: close"), "the server was stopping when it answered")
    #expect(client.output.matches(of: /"image":"[0-9]+\.jpg"/).count == 90)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("A client that goes away takes its queued images with it; the next one is answered")
  func departure() async throws {
    let (server, url) = try await startServer(["--queue-capacity", "10000", "--threads", "1"])
    // Seconds of work, so that the departure is noticed long before its end.
    let photo = try Data(contentsOf: convserve.folder.url.appendingPathComponent("photo.jpg")).base64EncodedString()
    let images = Array(repeating: #"{"data": "\#(photo)"}"#, count: 900).joined(separator: ",")
    try convserve.folder.write(#"{"images": [\#(images)], "crop": "ten"}"#, to: "images.json")
    let client = try curl([
      "-v", "-H", "Content-Type: application/json", "--data-binary", "@images.json", "\(url)/v1/classify",
    ])
    // Before its images are admitted there is nothing to take along.
    for _ in 0..<1000 {
      let metrics = try curl(["\(url)/metrics"])
      #expect(try await metrics.exitStatus() == 0)
      if metrics.output.contains(/convserve_queue_admitted\{[^}]*\} [1-9]/) { break }
    }
    client.send(SIGKILL)
    #expect(try await client.exitStatus() == 128 + SIGKILL)
    let next = try curl(["-F", "image=@photo.jpg", "\(url)/v1/classify"])
    #expect(try await next.exitStatus() == 0)
    #expect(next.output.contains(#""label":"cat""#))
    // All of the first request but what was computed before the departure was noticed: the server looks for it only now
    // and then, and may answer the next client before.
    var cancelled = 0
    for _ in 0..<200 where cancelled == 0 {
      let page = try curl(["\(url)/v1/models/resnet8-cifar10"])
      #expect(try await page.exitStatus() == 0)
      cancelled = try #require(Int(page.output.firstMatch(of: /"cancelled":([0-9]+)/)?.1 ?? ""))
    }
    #expect(cancelled > 0)
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("SIGTERM while models are loaded: the rest is not loaded, and the exit status is 0")
  func stopWhileLoading() async throws {
    for number in 0..<500 {
      let copy = convserve.folder.url.appendingPathComponent("models/copy-\(number)")
      try FileManager.default.createSymbolicLink(at: copy, withDestinationURL: Checkout.model)
    }
    let server = try convserve.start(["serve", "--host", "127.0.0.1", "--port", "0"])
    #expect(await eventually { server.output.contains("listening") })
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0, "\(server.errors)")
    #expect(!server.errors.contains("ready after"))
  }

  @Test("A second signal ends the server at once")
  func secondSignal() async throws {
    let (server, url) = try await startServer()
    let client = try await beginUpload(to: url)
    server.send(SIGTERM)
    #expect(await eventually { server.errors.contains("stopping") })
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 128 + SIGTERM)
    try client.endInput()
    #expect(try await client.exitStatus() != 0)
  }

  @Test("After the grace period requests are given up, and the exit status is 0")
  func gracePeriod() async throws {
    let (server, url) = try await startServer(["--grace-period", "0"])
    let client = try await beginUpload(to: url)
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
    try client.endInput()
    #expect(try await client.exitStatus() != 0)
  }
}
