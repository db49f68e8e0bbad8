import Foundation
import TestSupport
import Testing

/// `convserve keys`, and a server that asks for what it made.
@Suite("keys", .timeLimit(.minutes(5)))
struct KeysTests {
  private let convserve: ConvServe

  init() throws { convserve = try ConvServe() }

  /// Makes a key with the program; the secret that it prints.
  private func add(_ name: String, scopes: String = "infer") async throws -> String {
    let result = try await convserve.run(["keys", "add", name, "--scopes", scopes, "--api-keys", "keys"])
    #expect(result.status == 0, "\(result.errors)")
    return result.output.trimmingCharacters(in: .newlines)
  }

  private func startServer(_ arguments: [String]) async throws -> (server: RunningProgram, url: String) {
    let server = try convserve.start(["serve", "--host", "127.0.0.1", "--port", "0"] + arguments)
    try #require(await eventually { server.errors.contains("ready after") }, "\(server.errors)")
    let line = try #require(server.output.firstMatch(of: /ConvServe is listening on (http:\/\/127\.0\.0\.1:[0-9]+)\n/))
    return (server, String(line.1))
  }

  private func status(_ arguments: [String]) async throws -> String {
    let client = try RunningProgram(
      URL(fileURLWithPath: "/usr/bin/curl"), ["-s", "-o", "/dev/null", "-w", "%{http_code}"] + arguments,
      in: convserve.folder.url)
    _ = try await client.exitStatus()
    return client.output
  }

  private func answer(_ arguments: [String]) async throws -> String {
    let client = try RunningProgram(URL(fileURLWithPath: "/usr/bin/curl"), ["-s"] + arguments, in: convserve.folder.url)
    _ = try await client.exitStatus()
    return client.output.trimmingCharacters(in: .newlines)
  }

  @Test("keys are added, listed without their secrets, and removed")
  func life() async throws {
    let secret = try await add("camera", scopes: "infer,inspect")
    #expect(secret.wholeMatch(of: /convserve_[A-Za-z0-9_-]{43}/) != nil)
    _ = try await add("grafana", scopes: "admin")
    let list = try await convserve.json(["keys", "list", "--api-keys", "keys", "--json"])
    let keys = try #require(list["keys"] as? [[String: Any]])
    #expect(keys.map { $0["name"] as? String } == ["camera", "grafana"])
    #expect(keys.map { $0["scopes"] as? [String] } == [["infer", "inspect"], ["admin"]])
    #expect(!"\(list)".contains(secret))
    #expect(try await convserve.run(["keys", "remove", "camera", "--api-keys", "keys"]).status == 0)
    let rest = try await convserve.run(["keys", "list"], environment: ["CONVSERVE_API_KEYS": "keys"])
    #expect(rest.output.contains("grafana"))
    #expect(!rest.output.contains("camera"))
  }

  @Test("programs that add keys at the same time undo nothing of one another")
  func writers() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<12 { group.addTask { _ = try await add("camera-\(number)") } }
      try await group.waitForAll()
    }
    let list = try await convserve.json(["keys", "list", "--api-keys", "keys", "--json"])
    #expect((list["keys"] as? [[String: Any]])?.count == 12)
  }

  @Test(
    "a file of somebody else's is not changed by who cannot keep it his",
    .enabled(if: geteuid() == 0, "only root can become somebody else"))
  func otherOwner() async throws {
    _ = try await add("camera")
    // A folder in which everybody may exchange files, and a program that others can reach.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: convserve.folder.url.path)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path("keys"))
    try FileManager.default.copyItem(at: ConvServe.executable, to: URL(fileURLWithPath: path("convserve")))
    let before = try String(contentsOfFile: path("keys"), encoding: .utf8)
    let stranger = try RunningProgram(
      URL(fileURLWithPath: "/usr/bin/setpriv"),
      ["--reuid", "65534", "--clear-groups", "./convserve", "keys", "add", "mine", "--api-keys", "keys"],
      in: convserve.folder.url)
    #expect(try await stranger.exitStatus() == 1)
    #expect(stranger.errors == "Error: cannot write keys: Operation not permitted\n")
    #expect(try String(contentsOfFile: path("keys"), encoding: .utf8) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path("")).filter { $0.contains("keys") } == ["keys"])
  }

  private func path(_ name: String) -> String { convserve.folder.url.appendingPathComponent(name).path }

  @Test("a server with keys asks for them, each for its scope, and reads them again at SIGHUP")
  func serve() async throws {
    let secret = try await add("camera")
    let (server, url) = try await startServer(["--api-keys", "keys"])
    let classify = ["-F", "image=@photo.jpg", "\(url)/v1/classify"]
    #expect(try await status(classify) == "401")
    #expect(try await status(["-H", "Authorization: Bearer \(secret)"] + classify) == "200")
    #expect(try await status(["-H", "X-API-Key: \(secret)", "\(url)/v1/models"]) == "403")
    #expect(try await status(["\(url)/readyz"]) == "200")
    #expect(try await status(["\(url)/openapi.yaml"]) == "200")
    #expect(try await answer(["\(url)/readyz"]) == #"{"status":"ready"}"#)
    let named = #"{"models":["resnet8-cifar10"],"status":"ready"}"#
    #expect(try await answer(["-H", "X-API-Key: \(secret)", "\(url)/readyz"]) == named)

    let reader = try await add("reader", scopes: "inspect")
    #expect(try await status(["-H", "X-API-Key: \(reader)", "\(url)/v1/models"]) == "401")
    #expect(try await convserve.run(["keys", "remove", "camera", "--api-keys", "keys"]).status == 0)
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("API keys read again: 1 in") }, "\(server.errors)")
    #expect(try await status(["-H", "X-API-Key: \(reader)", "\(url)/v1/models"]) == "200")
    #expect(try await status(["-H", "X-API-Key: \(secret)"] + classify) == "401")

    try convserve.folder.write("# nobody for now\n", to: "keys")
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("warning keys holds no key: nobody may use the server") })
    #expect(await eventually { server.errors.contains("API keys read again: 0 in keys") }, "\(server.errors)")
    #expect(try await status(["-H", "X-API-Key: \(reader)", "\(url)/v1/models"]) == "401")

    let next = try await add("reader", scopes: "inspect")
    server.send(SIGHUP)
    let isBack = await eventually { server.errors.matches(of: /API keys read again: 1 in/).count == 2 }
    #expect(isBack, "\(server.errors)")
    #expect(try await status(["-H", "X-API-Key: \(next)", "\(url)/v1/models"]) == "200")

    try convserve.folder.write("nonsense\n", to: "keys")
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("API keys stay as they were: keys, line 1") })
    #expect(try await status(["-H", "X-API-Key: \(next)", "\(url)/v1/models"]) == "200")
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
    for key in [secret, reader, next] { #expect(!server.errors.contains(key)) }
  }

  @Test("operations can be opened, and a client's rate limited")
  func options() async throws {
    _ = try await add("camera")
    let (server, url) = try await startServer([
      "--api-keys", "keys", "--open-operations", "listModels", "--rate-limit", "0.001", "--rate-burst", "2",
    ])
    #expect(try await status(["\(url)/v1/models"]) == "200")
    #expect(try await status(["\(url)/v1/models/resnet8-cifar10"]) == "401")
    #expect(try await status(["\(url)/v1/models"]) == "429")
    #expect(try await status(["\(url)/healthz"]) == "200")
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("the admin address has the health checks and none of the other operations")
  func adminListen() async throws {
    let (server, url) = try await startServer(["--admin-listen", "127.0.0.1:0"])
    let line = try #require(server.errors.firstMatch(of: /admin operations are at (http:\/\/127\.0\.0\.1:[0-9]+)/))
    #expect(try await status(["\(line.1)/readyz"]) == "200")
    #expect(try await status(["\(line.1)/v1/models"]) == "404")
    #expect(try await status(["\(url)/v1/models"]) == "200")
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("beyond this machine a server starts with keys, or when told that it is to do without")
  func beyondThisMachine() async throws {
    let refused = try await convserve.run(["serve", "--host", "0.0.0.0", "--port", "0"])
    #expect(refused.status == 64)
    #expect(refused.errors.contains("can be reached from other machines, and there are no API keys"))
    _ = try await add("camera")
    for arguments in [["--insecure"], ["--api-keys", "keys"]] {
      let server = try convserve.start(["serve", "--host", "0.0.0.0", "--port", "0"] + arguments)
      #expect(await eventually { server.output.contains("listening") }, "\(server.errors)")
      #expect(server.errors.contains("no API keys are asked for") == (arguments == ["--insecure"]))
      server.send(SIGTERM)
      #expect(try await server.exitStatus() == 0)
    }
  }
}
