import Foundation
import TestSupport
import Testing

@Suite("convserve trial", .timeLimit(.minutes(5)))
struct TrialCommandTests {
  private let convserve: ConvServe

  init() throws {
    convserve = try ConvServe()
    try DrawnDigits.write(to: convserve.folder.url.appendingPathComponent("digits"))
    try convserve.folder.write(Self.spec(directory: "trial"), to: "spec.json")
  }

  private static func spec(directory: String) -> String {
    #"""
    {"data": "digits", "settings": {"architecture": "lenet5", "epochs": 3, "batch_size": 16, "optimizer": {"name": "adam"}},
     "training_images": 60, "directory": "\#(directory)"}
    """#
  }

  private static func lines(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private static func events(_ output: String) throws -> [String] {
    try lines(output).map { try #require($0["event"] as? String) }
  }

  @Test("a trial pauses and resumes, and comes to what one comes to that never paused")
  func pauses() async throws {
    let first = try await convserve.run(["trial", "spec.json", "--stop-after", "1", "--threads", "1"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(try Self.events(first.output) == ["started", "epoch", "paused"])
    let second = try await convserve.run(["trial", "spec.json", "--threads", "2"])
    #expect(try Self.events(second.output) == ["started", "epoch", "epoch", "done"])
    let again = try await convserve.run(["trial", "spec.json"])
    #expect(try Self.events(again.output) == ["started", "done"])
    let calm = try await convserve.run(["trial", "spec.json", "--directory", "calm"])
    let (paused, straight) = (try Self.lines(second.output), try Self.lines(calm.output))
    for name in ["epochs", "validation_accuracy", "validation_loss"] {
      let value = try #require(straight.last?[name] as? Double)
      #expect(paused.last?[name] as? Double == value)
      #expect(try Self.lines(again.output).last?[name] as? Double == value)
    }
    let curve = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: convserve.folder.url.appendingPathComponent("trial/curve.json"))) as? [String: Any])
    #expect((curve["curve"] as? [Any])?.count == 3)
    #expect(straight[0]["training_images"] as? Int == 60)
    #expect(straight[0]["validation_images"] as? Int == 9)
    // The defaults of the optimiser that was chosen, as `train` has them.
    let settings = try #require(curve["settings"] as? [String: Any])
    #expect(settings["learning_rate"] as? Double == 0.001)
    #expect((settings["optimizer"] as? [String: Any])?["weight_decay"] as? Double == 0)
  }

  @Test("a trial that diverges has a result; Katib reads no nan")
  func diverges() async throws {
    let arguments = [
      "trial", "spec.json", "--set", "learning_rate=100", "--set", "optimizer=sgd", "--set",
      "architecture=lenet5-relu",
    ]
    let result = try await convserve.run(arguments)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try Self.events(result.output).last == "diverged", "\(result.output)")
    let katib = try await convserve.run(arguments + ["--metrics-format", "katib", "--directory", "other"])
    #expect(katib.status == 0)
    let line = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-z_]+=\d+\.\d{6}$/
    let lines = katib.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.wholeMatch(of: line) != nil }, "\(katib.output)")
    #expect(lines.last?.hasSuffix(" validation_accuracy=0.000000") == true)
  }

  @Test("asked to stop, a trial keeps its checkpoint and goes on")
  func stopped() async throws {
    let arguments = ["trial", "spec.json", "--set", "epochs=10000", "--threads", "1"]
    let program = try convserve.start(arguments)
    #expect(await eventually { program.output.contains("\"epoch\"") })
    program.send(SIGTERM)
    #expect(try await program.exitStatus() == 75)
    let resumed = try await convserve.run(arguments + ["--stop-after", "1"])
    #expect(try Self.events(resumed.output).last == "done" || Self.events(resumed.output).last == "paused")
    #expect(try #require(Self.lines(resumed.output)[0]["epochs_done"] as? Int) >= 1)
  }

  @Test("a base's first layers stay as they are, and its last one is drawn anew for other classes")
  func base() async throws {
    try convserve.folder.write(
      #"{"data": "digits", "base": "resnet8-cifar10", "frozen_layers": 3, "settings": {"epochs": 2, "batch_size": 16}, "directory": "t"}"#,
      to: "base.json")
    let result = try await convserve.run(["trial", "base.json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try Self.events(result.output).last == "done")
    let all = try await convserve.run(["trial", "base.json", "--set", "frozen_layers=10", "--directory", "u"])
    #expect(all.status == 65)
    #expect(all.errors.contains("frozen_layers is 10, but resnet8 has "), "\(all.errors)")
  }

  struct Case: Sendable {
    let arguments: [String]
    let status: Int32
    let message: String
  }

  static let failures = [
    Case(arguments: ["nowhere.json"], status: 1, message: "cannot read"),
    Case(arguments: ["photo.jpg"], status: 65, message: "photo.jpg is not JSON"),
    Case(arguments: ["spec.json", "--set", "x"], status: 65, message: "\"x\" has no name and value"),
    Case(arguments: ["spec.json", "--set", "learning_rat=1"], status: 65, message: "did you mean learning_rate?"),
    Case(
      arguments: ["spec.json", "--set", "learning_rate=0"], status: 65,
      message: "learning_rate is 0; accepted: a number above 0"),
    Case(arguments: ["spec.json", "--set", "learning_rate=nan"], status: 65, message: "learning_rate is \"nan\""),
    Case(
      arguments: ["spec.json", "--set", "momentum=0.9"], status: 65,
      message: "optimizer.momentum is of no use to the optimizer adam"),
    Case(arguments: ["spec.json", "--set", "dropout=0.5"], status: 65, message: "dropout has no meaning for lenet5"),
    Case(
      arguments: ["spec.json", "--set", "validation=0"], status: 65,
      message: "settings.validation is 0, so that there is nothing to judge"),
    Case(arguments: ["spec.json", "--set", "frozen_layers=2"], status: 65, message: "give base"),
    Case(arguments: ["spec.json", "--set", "base=nobody"], status: 1, message: "nobody"),
    Case(arguments: ["spec.json", "--set", "architecture=lenet6"], status: 65, message: "architecture is \"lenet6\""),
    Case(arguments: ["spec.json", "--set", "warm_up=3"], status: 65, message: "settings.warm_up is 3"),
    Case(arguments: ["spec.json", "--set", "batch_size=128"], status: 1, message: "fewer than a batch of 128"),
    Case(arguments: ["spec.json", "--set", "data=elsewhere"], status: 1, message: "elsewhere is no data set"),
    Case(arguments: ["spec.json", "--stop-after", "0"], status: 64, message: "--stop-after takes 1 to 10000"),
    Case(arguments: ["spec.json", "--metrics-format", "xml"], status: 64, message: "xml"),
  ]

  @Test("what cannot be done is said, with what is accepted", arguments: failures)
  func fails(_ failure: Case) async throws {
    let result = try await convserve.run(["trial"] + failure.arguments)
    #expect(result.status == failure.status, "\(failure.arguments): \(result.errors)")
    #expect(result.errors.contains(failure.message), "\(result.errors)")
  }
}
