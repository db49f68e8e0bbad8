import Foundation
import TestSupport
import Testing

/// Versions of models, from the command line that makes them to the server that switches to them.
@Suite("Versions of models", .timeLimit(.minutes(5)))
struct ModelVersionTests {
  private let convserve: ConvServe
  private static let checkpoint = Checkout.weights.appendingPathComponent("resnet8_cifar10_zip.pth").path
  private static let name = Checkout.model.lastPathComponent

  init() throws { convserve = try ConvServe() }

  /// The next version of the model that is there.
  private func importVersion(_ options: [String] = []) async throws {
    let result = try await convserve.run(
      ["import", "--architecture", "resnet8", "--name", Self.name, Self.checkpoint] + options)
    #expect(result.status == 0, "\(result.errors)")
  }

  /// A server that is ready, and its address.
  private func startServer(_ arguments: [String] = []) async throws -> (server: RunningProgram, url: String) {
    let server = try convserve.start(["serve", "--host", "127.0.0.1", "--port", "0"] + arguments)
    try #require(await eventually { server.errors.contains("ready after") }, "\(server.errors)")
    let line = try #require(server.output.firstMatch(of: /ConvServe is listening on (http:\/\/127\.0\.0\.1:[0-9]+)\n/))
    return (server, String(line.1))
  }

  private func curl(_ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(URL(fileURLWithPath: "/usr/bin/curl"), ["-sS"] + arguments, in: convserve.folder.url)
  }

  private func ask(_ arguments: [String]) async throws -> String {
    let client = try curl(arguments)
    #expect(try await client.exitStatus() == 0, "\(client.errors)")
    return client.output
  }

  private func stop(_ server: RunningProgram) async throws {
    server.send(SIGTERM)
    #expect(try await server.exitStatus() == 0, "\(server.errors)")
  }

  @Test("import makes the next version, --replace the newest anew, and models lists them with the one that is served")
  func importing() async throws {
    try await importVersion(["--source", "second"])
    try await importVersion(["--source", "third", "--replace"])
    try await importVersion(["--source", "fourth"])
    try await importVersion(["--source", "fifth", "--force"])
    let list = try await convserve.json(["models", "--json"])
    let models = try #require(list["models"] as? [[String: Any]])
    #expect(models.map { $0["version"] as? String } == ["3", "2", "1"])
    #expect(models.map { $0["served"] as? Bool } == [true, false, false])
    #expect(models.prefix(2).map { $0["source"] as? String } == ["fifth", "third"])
    let rows = try await convserve.run(["models", "--format", "csv"]).output.split(whereSeparator: \.isNewline)
    #expect(
      rows.map { $0.split(separator: ",").prefix(3).joined(separator: ",") }.contains("resnet8-cifar10,3,resnet8"))
  }

  @Test("A version that cannot be read is named, and the next lower one classifies")
  func classifying() async throws {
    try convserve.folder.write("{}", to: "models/\(Self.name)/2/model.json")
    let result = try await convserve.run(["classify", "photo.jpg", "--json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(#""version" : "1""#))
    #expect(result.errors.hasPrefix("Warning: version 2 of model resnet8-cifar10 cannot be loaded: cannot read "))
    #expect(result.errors.hasSuffix("; version 1 is used instead\n"))
  }

  @Test("A server starts with the highest version that can be loaded, and warns of those that cannot")
  func fallback() async throws {
    try convserve.folder.write("{}", to: "models/\(Self.name)/3/model.json")
    try convserve.folder.copy(Checkout.model.appendingPathComponent("1"), to: "models/\(Self.name)/4")
    try convserve.folder.write("cut off", to: "models/\(Self.name)/4/weights.safetensors")
    try convserve.folder.copy(Checkout.model.appendingPathComponent("1"), to: "models/\(Self.name)/2")
    let check = try await convserve.run(["serve", "--check"])
    #expect(check.status == 0)
    #expect(check.output == "The configuration is fine; models: resnet8-cifar10\n")
    let (server, url) = try await startServer()
    for errors in [check.errors, server.errors] {
      for version in [4, 3] {
        #expect(errors.contains("Warning: version \(version) of model resnet8-cifar10 cannot be loaded: "), "\(errors)")
      }
      #expect(errors.contains("; a lower version is served instead"))
    }
    #expect(server.errors.contains("warning model resnet8-cifar10: version 4 cannot be loaded: "))
    let list = try await ask(["\(url)/v1/models"])
    #expect(list.contains(#""state":"ready","version":"2""#), "\(list)")
    try await stop(server)
  }

  @Test("Where no version of a model can be loaded a server does not start, and the exit status is 78")
  func noVersion() async throws {
    for version in 1...2 { try convserve.folder.write("{}", to: "models/broken/\(version)/model.json") }
    let result = try await convserve.run(["serve", "--port", "0"])
    #expect(result.status == 78)
    for version in 1...2 {
      #expect(
        result.errors.contains("Error: version \(version) of model broken cannot be loaded: "), "\(result.errors)")
    }
    #expect(result.output == "")
  }

  @Test("SIGHUP switches to what is new, and says what it did; what is broken leaves the old version answering")
  func hangup() async throws {
    let (server, url) = try await startServer()
    try await importVersion()
    server.send(SIGHUP)
    #expect(
      await eventually {
        server.errors.contains("models read again: loaded resnet8-cifar10/2; unloaded resnet8-cifar10/1")
      })
    #expect(try await ask(["-F", "image=@photo.jpg", "\(url)/v1/classify"]).contains(#""version":"2""#))
    try convserve.folder.write("{}", to: "models/\(Self.name)/3/model.json")
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("models read again: not loaded resnet8-cifar10/3") })
    #expect(try await ask(["-F", "image=@photo.jpg", "\(url)/v1/classify"]).contains(#""version":"2""#))
    try FileManager.default.removeItem(at: convserve.folder.url.appendingPathComponent("models"))
    server.send(SIGHUP)
    #expect(await eventually { server.errors.contains("models stay as they were: there is no model repository") })
    #expect(try await ask(["-F", "image=@photo.jpg", "\(url)/v1/classify"]).contains(#""version":"2""#))
    try await stop(server)
  }

  @Test("--poll-models switches to what is new by itself, and tries what is broken once")
  func polling() async throws {
    let (server, url) = try await startServer(["--poll-models", "1"])
    try convserve.folder.write("{}", to: "models/\(Self.name)/2/model.json")
    #expect(await eventually { server.errors.contains("models have changed: not loaded resnet8-cifar10/2") })
    try convserve.folder.copy(Checkout.model.appendingPathComponent("1"), to: "models/\(Self.name)/3")
    #expect(await eventually { server.errors.contains("models have changed: loaded resnet8-cifar10/3") })
    #expect(try await ask(["\(url)/v1/models"]).contains(#""state":"ready","version":"3""#))
    #expect(server.errors.matches(of: /version 2 cannot be loaded/).count == 1)
    try await stop(server)
  }

  @Test("SIGTERM while models are reloaded: whoever asked for it is answered, and the exit status is 0")
  func stopWhileReloading() async throws {
    let (server, url) = try await startServer()
    for number in 0..<500 {
      let copy = convserve.folder.url.appendingPathComponent("models/copy-\(number)")
      try FileManager.default.createSymbolicLink(at: copy, withDestinationURL: Checkout.model)
    }
    let client = try curl(["-X", "POST", "\(url)/v1/models/reload"])
    #expect(await eventually { server.errors.contains("model copy-1: version 1 loaded") })
    try await stop(server)
    #expect(try await client.exitStatus() == 0, "\(client.errors)")
    #expect(client.output.contains(#""type":"/problems/not-ready""#), "\(client.output)")
    #expect(!server.errors.contains("model copy-99: "))
  }
}
