import Foundation
import TestSupport
import Testing

@Suite("convserve search", .timeLimit(.minutes(5)))
struct SearchCommandTests {
  private let convserve: ConvServe

  private static let space = """
    parameters:
      learning_rate: {log_uniform: [1e-3, 1.0], points: 2}
      optimizer: {choice: [nesterov, adam]}
      momentum: {uniform: [0.5, 0.9], points: 2, when: {optimizer: nesterov}}
    settings: {architecture: lenet5, epochs: 3, batch_size: 16, schedule: "step:0.5,0.9"}
    sampler: grid
    scheduler: {name: halving, reduction: 2}
    """

  init() throws {
    convserve = try ConvServe()
    try DrawnDigits.write(to: convserve.folder.url.appendingPathComponent("digits"))
    try convserve.folder.write(Self.space, to: "space.yaml")
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: convserve.folder.url.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("a search ends with a table, a report and drawings, and one reading of the test images")
  func search() async throws {
    let result = try await convserve.run([
      "search", "space.yaml", "--data", "digits", "--workers", "2", "--name", "best",
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("trial"), "\(result.output)")
    #expect(result.output.contains("is the best by validation"))
    #expect(result.output.contains("Of the test images, which were read once"))
    #expect(result.errors.contains("left"))
    let files = try FileManager.default.contentsOfDirectory(
      atPath: convserve.folder.url.appendingPathComponent("searches/space").path)
    #expect(
      files.sorted() == [
        "decisions.jsonl", "marginals.svg", "parallel.svg", "report.html", "report.json", "search.json", "trials",
      ])
    let trial = try FileManager.default.contentsOfDirectory(
      atPath: convserve.folder.url.appendingPathComponent("searches/space/trials/0000").path)
    #expect(trial.sorted() == ["checkpoint.safetensors", "curve.json", "lock", "result.json", "spec.json"])
    let answer = try await convserve.json(["classify", "photo.jpg", "--model", "best", "--json"])
    #expect(answer["model"] as? String == "best")
    #expect(try text("models/best/1/training.json").contains("\"accuracy\""))
    let log = try text("searches/space/decisions.jsonl")
    #expect(log.split(separator: "\n").count { $0.contains("\"decision\":\"test\"") } == 1)
    // 2 rates x (adam + nesterov with 2 momenta), then 3 and 1 of these.
    #expect(log.split(separator: "\n").count { $0.contains("\"decision\":\"run\"") } == 6 + 3 + 1)
    let again = try await convserve.run(["search", "space.yaml", "--data", "digits"])
    #expect(again.status == 1)
    #expect(again.errors.contains("holds a search; go on with it by --resume"), "\(again.errors)")
    let other = try await convserve.run(["search", "space.yaml", "--data", "digits", "--resume", "--cpu", "portable"])
    #expect(other.status == 1)
    #expect(other.errors.contains("kernels: "), "\(other.errors)")
  }

  @Test("interrupted and resumed, a search ends with the same report", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) async throws {
    // Long enough that the signal finds trials that have not ended.
    try convserve.folder.write(Self.space.replacing("epochs: 3", with: "epochs: 16"), to: "long.yaml")
    let arguments = ["search", "long.yaml", "--data", "digits", "--json"]
    let calm = try await convserve.run(arguments + ["--output", "calm"])
    #expect(calm.status == 0, "\(calm.errors)")
    let program = try convserve.start(arguments + ["--output", "wild", "--workers", "2"])
    #expect(await eventually { program.output.contains("\"result\"") })
    program.send(signal)
    #expect(try await program.exitStatus() == 75)
    #expect(program.errors.contains("--resume"))
    let resumed = try await convserve.run(arguments + ["--output", "wild", "--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try text("wild/report.json") == text("calm/report.json"))
  }

  struct Case: Sendable {
    let space: String
    var arguments: [String] = []
    let status: Int32
    let message: String
  }

  static let failures = [
    Case(space: "", status: 65, message: "the file holds nothing"),
    Case(space: "parameters: {learning_rate: {uniform: [0.1, 1]", status: 65, message: "not YAML"),
    Case(space: "trials: 3\ntrials: 4", status: 65, message: "trials is given more than once"),
    Case(space: space + "\ntrials: 9", status: 65, message: "trials is 9, but the grid has 6"),
    Case(space: space, arguments: ["--trials", "5"], status: 65, message: "trials is 5, but the grid has 6"),
    Case(space: space, arguments: ["--trials", "0"], status: 64, message: "--trials takes 1 to 100000"),
    Case(space: space, arguments: ["--workers", "0"], status: 64, message: "--workers takes 1 to 256"),
    Case(space: space, arguments: ["--data", "nowhere"], status: 1, message: "nowhere is no data set"),
    Case(
      space: space.replacing("batch_size: 16", with: "batch_size: 128"), status: 65,
      message: "none of the 6 trials can run; the first one: "),
    Case(
      space: space.replacing("batch_size: 16", with: "validation: 0"), status: 65,
      message: "settings.validation is 0, so that there is nothing to judge a trial by"),
    Case(
      space: space.replacing("lenet5", with: "lenet5, dropout: 0.3"), status: 65,
      message: "settings.dropout is not known"),
  ]

  @Test("what cannot be searched is said before anything runs", arguments: failures)
  func fails(_ failure: Case) async throws {
    try convserve.folder.write(failure.space, to: "wrong.yaml")
    let data = failure.arguments.contains("--data") ? [] : ["--data", "digits"]
    let result = try await convserve.run(["search", "wrong.yaml"] + data + failure.arguments)
    #expect(result.status == failure.status, "\(result.errors)")
    #expect(result.errors.contains(failure.message), "\(result.errors)")
    #expect(
      !FileManager.default.fileExists(atPath: convserve.folder.url.appendingPathComponent("searches/wrong").path)
    )
  }
}
