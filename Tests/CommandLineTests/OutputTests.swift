import Foundation
import TestSupport
import Testing

/// Standard output and error that take nothing: a full disk, a descriptor that is closed, a pipe that nobody reads.
@Suite("Output that cannot be written", .timeLimit(.minutes(5)))
struct OutputTests {
  private let convserve: ConvServe

  init() throws { convserve = try ConvServe() }

  /// Runs the program in a shell that sends its output elsewhere.
  private func start(_ command: String, _ redirection: String) throws -> RunningProgram {
    let script = "exec \(ConvServe.executable.path) \(command) \(redirection)"
    return try RunningProgram(URL(fileURLWithPath: "/bin/bash"), ["-c", script], in: convserve.folder.url)
  }

  @Test(
    "a command whose output cannot be written says so and fails",
    arguments: [
      "summary alexnet", "summary lenet5 --json", "stats lenet5 --format csv", "compare lenet5 --format markdown",
      "models", "architectures", "classify photo.jpg", "classify photo.jpg --json", "embed photo.jpg",
      "embed photo.jpg --json", "bench lenet5 --runs 1", "bench lenet5 --runs 1 --layers", "serve --check", "--help",
      "--version",
    ],
    [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
  func unwritable(command: String, output: (redirection: String, reason: String)) async throws {
    let program = try start(command, output.redirection)
    #expect(try await program.exitStatus() == 1)
    #expect(program.errors == "Error: cannot write to standard output: \(output.reason)\n")
  }

  @Test("a note that cannot be written changes no exit status", arguments: ["2>/dev/full", "2>&-"])
  func unwritableNote(redirection: String) async throws {
    #expect(try await start("classify nope.jpg", redirection).exitStatus() == 1)
    #expect(try await start("serve --check --port x", redirection).exitStatus() == 64)
    #expect(try await start("summary lenet5", redirection).exitStatus() == 0)
  }

  @Test("a server whose address cannot be written logs it and serves", arguments: [">/dev/full", ">&-", "> >(true)"])
  func serve(redirection: String) async throws {
    let server = try start("serve --host 127.0.0.1 --port 0", redirection)
    try #require(await eventually { server.errors.contains("ready after") }, "\(server.errors)")
    // A pipe takes the line if its reader has not gone yet.
    if redirection != "> >(true)" {
      let url = try #require(server.errors.firstMatch(of: /warning listening on (http:\/\/127\.0\.0\.1:[0-9]+):/)).1
      #expect(try await convserve.run(["healthcheck", "--url", "\(url)/readyz"]).status == 0)
    }
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0)
  }

  @Test("a key that nobody was shown is not kept", arguments: [">/dev/full", ">&-", ">&3"])
  func unseenKey(redirection: String) async throws {
    // Descriptor 3 is a pipe whose reader is gone.
    let add = "\(ConvServe.executable.path) keys add"
    let script = "\(add) old --api-keys keys; exec 3> >(true); wait $!; exec \(add) new --api-keys keys \(redirection)"
    let program = try RunningProgram(
      URL(fileURLWithPath: "/bin/bash"), ["-c", script], in: convserve.folder.url)
    #expect(try await program.exitStatus() == 1)
    #expect(program.errors.hasPrefix("Error: cannot write to standard output: "), "\(program.errors)")
    let list = try await convserve.json(["keys", "list", "--api-keys", "keys", "--json"])
    #expect((list["keys"] as? [[String: Any]])?.map { $0["name"] as? String } == ["old"])
  }
}
