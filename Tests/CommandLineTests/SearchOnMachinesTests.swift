import Foundation
import TestSupport
import Testing

/// What lets trials run elsewhere, and the best of them answer.
@Suite("convserve search on many machines", .timeLimit(.minutes(5)))
struct SearchOnMachinesTests {
  private let convserve: ConvServe

  private static let space = """
    parameters: {learning_rate: {choice: [0.01, 0.1, 100]}, weight_decay: {choice: [0, 1]}}
    settings: {architecture: lenet5, epochs: 8, batch_size: 16, optimizer: {name: nesterov}}
    sampler: grid
    """

  init() throws {
    convserve = try ConvServe()
    try DrawnDigits.write(to: convserve.folder.url.appendingPathComponent("digits"))
    try convserve.folder.write(Self.space, to: "space.yaml")
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: convserve.folder.url.appendingPathComponent(path), encoding: .utf8)
  }

  private func members(_ path: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text(path).utf8)) as? [String: Any])
  }

  private func search(_ output: String, _ options: String...) async throws -> ConvServe.Result {
    try await convserve.run(["search", "space.yaml", "--data", "digits", "--output", output] + options)
  }

  @Test("trials that were trained one by one make the search that one machine makes; what is missing it trains")
  func onlyTrials() async throws {
    let calm = try await search("calm")
    #expect(calm.status == 0, "\(calm.errors)")
    // The last one diverges: a rate times a decay of more than 2 makes weights grow with each step.
    for number in [5, 0, 2, 4] {
      let result = try await search("shared", "--only-trial", String(number))
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("trial \(number): "))
    }
    #expect(!FileManager.default.fileExists(atPath: convserve.folder.url.path + "/shared/decisions.jsonl"))
    let curve = try text("shared/trials/0002/curve.json")
    let summed = try await search("shared", "--resume")
    #expect(summed.status == 0, "\(summed.errors)")
    #expect(try text("shared/trials/0002/curve.json") == curve)
    #expect(try text("shared/report.json") == text("calm/report.json"))
    #expect(try text("calm/report.json").contains("diverged"))
  }

  @Test("a number that no trial has, another search and a scheduler are refused by those who train one trial")
  func noSuchTrial() async throws {
    let beyond = try await search("a", "--only-trial", "6")
    #expect(beyond.status == 64 && beyond.errors.contains("there is no trial 6; accepted: 0 to 5"), "\(beyond.errors)")
    #expect(try await search("a", "--only-trial", "0").status == 0)
    let other = try await search("a", "--only-trial", "0", "--cpu", "portable")
    #expect(other.status == 1 && other.errors.contains("kernels: "), "\(other.errors)")
    try convserve.folder.write(Self.space + "\nscheduler: halving\n", to: "space.yaml")
    let halving = try await search("b", "--only-trial", "0")
    #expect(halving.status == 64 && halving.errors.contains("scheduler: none"), "\(halving.errors)")
  }

  @Test("a command in the place of `convserve trial` gets its arguments, and its lines count")
  func trialCommand() async throws {
    let script = """
      #!/bin/sh
      echo "$1: $2" >>calls
      shift
      exec "\(ConvServe.executable.path)" trial "$@"
      """
    try convserve.folder.write(script, to: "a trial.sh")
    let own = try await search("own")
    let other = try await search("other", "--trial-command", "sh 'a trial.sh' mark", "--workers", "2")
    #expect(own.status == 0 && other.status == 0, "\(own.errors) \(other.errors)")
    #expect(try text("own/report.json") == text("other/report.json"))
    let calls = try text("calls").split(separator: "\n")
    #expect(calls.count == 6 && calls.allSatisfy { $0.hasPrefix("mark: /") && $0.hasSuffix("/spec.json") }, "\(calls)")
  }

  @Test("a command that cannot run trials is told in the report, with its last words")
  func badTrialCommand() async throws {
    let result = try await search("failed", "--trial-command", "echo no such cluster >&2; false")
    #expect(result.status == 1 && result.errors.contains("no trial has a result"), "\(result.errors)")
    #expect(try text("failed/report.json").contains("no such cluster"))
  }

  @Test("the best trial becomes a version of a model, once, with the figures of its test")
  func name() async throws {
    let first = try await search("a", "--name", "best", "--models", "models", "--origin", "some digits")
    #expect(first.status == 0 && first.output.contains("version 1 of best: "), "\(first.output) \(first.errors)")
    let again = try await search("a", "--name", "best", "--models", "models", "--origin", "some digits", "--resume")
    #expect(again.status == 0 && again.output.contains("version 1 of best: "), "\(again.output) \(again.errors)")
    let record = try members("models/best/1/training.json")
    let report = try members("a/report.json")
    let (known, told) = (record["test"] as? [String: Any], report["test"] as? [String: Any])
    #expect(known?["accuracy"] as? Double != nil)
    #expect(known?["accuracy"] as? Double == told?["test_accuracy"] as? Double)
    #expect((record["data"] as? [String: Any])?["origin"] as? String == "some digits")
    #expect(try text("models/best/1/model.json").contains("the best trial of a search on some digits"))
    let taken = try await search("b", "--name", "resnet8-cifar10", "--models", "models")
    #expect(taken.status == 1 && taken.errors.contains("is in use"), "\(taken.errors)")
    #expect(!FileManager.default.fileExists(atPath: convserve.folder.url.path + "/b"))
  }
}
