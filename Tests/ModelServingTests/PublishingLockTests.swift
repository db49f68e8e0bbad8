import Foundation
import NetworkGraph
import TestSupport
import Testing

@testable import ModelServing

@Suite("Publishing", .timeLimit(.minutes(1)))
struct PublishingLockTests {
  private let folder: TemporaryFolder
  private let models: ModelRepository

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy(Checkout.model, to: "models/cifar")
    models = folder.repository
  }

  private func version() throws -> NewVersion {
    let package = try models.package(named: "cifar")
    return try NewVersion(
      manifest: package.manifest, labels: package.contents.labels,
      weights: package.contents.network.tensors(of: package.contents.weights))
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: models.directory.path).sorted()
  }

  @Test(
    "what is asked last is asked before each try, and leaves nothing where it refuses", arguments: ["cifar", "new"])
  func refuses(_ name: String) throws {
    let version = try version()
    #expect(throws: TrainedModelError.nameInUse(name: name)) {
      try models.add(version, to: name) { throw TrainedModelError.nameInUse(name: name) }
    }
    #expect(try names() == ["cifar"])
    #expect(try models.versions(of: "cifar") == [1])
  }

  @Test("a model that is copied under the name between the question and the rename is asked about again")
  func asksAgain() throws {
    var asked = 0
    let version = try version()
    let number = try models.add(version, to: "birds") {
      asked += 1
      if asked == 1 { try folder.copy(Checkout.model, to: "models/birds") }
    }
    #expect(number == 2 && asked == 2)
  }

  @Test("one program after the other adds to a repository")
  func waits() throws {
    let marker = folder.url.appendingPathComponent("done").path
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/env")
    other.arguments = ["flock", models.directory.path, "sh", "-c", "echo; sleep 0.3; : >\"$1\"", "sh", marker]
    let pipe = Pipe()
    other.standardOutput = pipe
    try other.run()
    _ = pipe.fileHandleForReading.readData(ofLength: 1)
    let number = try models.add(try version(), to: "cifar") {
      #expect(FileManager.default.fileExists(atPath: marker))
    }
    #expect(number == 2)
    other.waitUntilExit()
  }
}
