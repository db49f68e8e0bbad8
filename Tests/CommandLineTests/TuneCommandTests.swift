import Foundation
import TestSupport
import Testing

@Suite("convserve tune and diagnose", .timeLimit(.minutes(5)))
struct TuneCommandTests {
  private let convserve: ConvServe

  init() throws {
    convserve = try ConvServe()
    try DrawnDigits.write(to: convserve.folder.url.appendingPathComponent("digits"))
    try Data(
      """
      {"channel_order": "grey", "resize": {"stretch": 32}, "crop": "none", "interpolation": "bilinear",
       "scale": 1, "mean": [0], "std": [1]}
      """.utf8
    ).write(to: convserve.folder.url.appendingPathComponent("raw.json"))
  }

  private static let arguments = [
    "tune", "--architecture", "lenet5", "--data", "digits", "--batch-size", "8", "--budget", "0.3", "--output",
    "report",
    "--threads", "1", "--validation", "0.3",
  ]

  private func lines(_ more: [String]) async throws -> [[String: Any]] {
    let result = try await convserve.run(Self.arguments + more + ["--json"])
    #expect(result.status == 0, "\(result.errors)")
    return try result.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private static func faults(_ lines: [[String: Any]]) -> [String] {
    lines.flatMap { line in
      (line["faults"] as? [String] ?? []).map { "\(line["step"] as? Int ?? 0) \($0)" }
    }
  }

  @Test("a sound run has seven steps without faults, a report, and a command that trains")
  func sound() async throws {
    let lines = try await lines([])
    // A second plan, where the machine has become slower.
    let plans = lines.compactMap { $0["plan"] as? [String: Any] }
    #expect((1...2).contains(plans.count) && lines[0]["plan"] != nil)
    #expect(plans.allSatisfy { ($0["share"] as? Double).map { $0 > 0 && $0 <= 1 } == true })
    let (steps, last) = (lines.filter { $0["step"] != nil }, try #require(lines.last))
    #expect(steps.count == 7 && lines.count == plans.count + 8)
    for (index, line) in steps.enumerated() {
      #expect(line["step"] as? Int == index + 1)
      #expect(Set(line.keys) == ["step", "verdict", "faults", "summary", "advice", "evidence", "seconds"])
      #expect(["sound", "advice"].contains(line["verdict"] as? String), "\(line)")
    }
    #expect(last["done"] as? Bool == true)
    #expect((last["faults"] as? [Any])?.isEmpty == true)
    let folder = convserve.folder.url.appendingPathComponent("report")
    let page = try String(contentsOf: folder.appendingPathComponent("report.html"), encoding: .utf8)
    #expect(page.contains("No step found a fault.") && page.contains("<svg") && !page.contains("<script"))
    #expect(!page.contains(">nan") && !page.contains("\"nan"))
    let report = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent("report.json")))
    #expect(((report as? [String: Any])?["steps"] as? [Any])?.count == 7)
    let command = try #require(last["command"] as? String).split(separator: " ").dropFirst().map(String.init)
    let trained = try await convserve.run(command + ["--epochs", "1", "--threads", "1"])
    #expect(trained.status == 0, "\(trained.errors)")
  }

  @Test(
    "a planted fault is named by its step, and the next steps go on with what is taken instead",
    arguments: [
      (["--initialization", "zero"], "2 initialisation_uniform"),
      (["--architecture", "lenet5-relu", "--initialization", "kaiming-normal+bias:-10"], "2 dead_units"),
      (["--initialization", "gaussian:10"], "1 initialisation_out_of_scale"),
      (["--preprocessing", "raw.json"], "1 inputs_not_normalised"), (["--learning-rate", "1e-7"], "2 rate_too_low"),
      (["--learning-rate", "50"], "2 rate_too_high"),
    ])
  func faults(arguments: [String], fault: String) async throws {
    let lines = try await lines(arguments)
    #expect(Self.faults(lines) == [fault])
    #expect(lines.filter { $0["step"] != nil }.count == 7)
  }

  @Test("asked to stop, it keeps the report of the steps that are done")
  func stopped() async throws {
    let program = try convserve.start(Self.arguments + ["--budget", "30", "--json"])
    #expect(await eventually { program.output.contains(#""step":2"#) })
    program.send(SIGTERM)
    #expect(try await program.exitStatus() == 75)
    #expect(program.errors.contains("Error: stopped in step"), "\(program.errors)")
    let report = convserve.folder.url.appendingPathComponent("report/report.html")
    #expect(try String(contentsOf: report, encoding: .utf8).contains("The run ended before step"))
  }

  @Test(
    "what is wrong is said before anything runs",
    arguments: [
      (["--budget", "0.0001"], 1, "is too small for one trial"), (["--budget", "0"], 64, "--budget takes"),
      (["--validation", "0"], 64, "every choice is made on images held out"),
      (["--data", "nowhere"], 1, "nowhere is no data set"),
      (["--batch-size", "40"], 1, "two batches of 40 are needed"),
      (["--architecture", "lenet6"], 1, "did you mean lenet5"), (["--epochs", "3"], 64, "Unknown option '--epochs'"),
      (["--output", "/proc/nope"], 1, "cannot write /proc/nope"),
    ] as [([String], Int32, String)])
  func failures(arguments: [String], status: Int32, message: String) async throws {
    let result = try await convserve.run(Self.arguments + arguments)
    #expect(result.status == status)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test("diagnose reads the curve of a model, of standard input, and says what a file lacks")
  func diagnose() async throws {
    let curve = (1...10).map { #"{"epoch":\#($0),"train_loss":2.303,"train_accuracy":0.1}"# }.joined(separator: "\n")
    let file = convserve.folder.url.appendingPathComponent("curve.jsonl")
    try Data(curve.utf8).write(to: file)
    let text = try await convserve.run(["diagnose", "curve.jsonl"])
    #expect(text.status == 0 && text.output.hasPrefix("flat from start\n"), "\(text.output)\(text.errors)")
    let reading = try await convserve.json(["diagnose", "curve.jsonl", "--json"])
    #expect(reading["verdict"] as? String == "findings")
    #expect((reading["findings"] as? [[String: Any]])?.first?["finding"] as? String == "flat_from_start")
    try Data("{}".utf8).write(to: file)
    let refused = try await convserve.run(["diagnose", "curve.jsonl"])
    #expect(refused.status == 1 && refused.errors.contains("accepted are training.json"), "\(refused.errors)")
    let missing = try await convserve.run(["diagnose", "nothing.json"])
    #expect(missing.status == 1 && missing.errors.contains("nothing.json"), "\(missing.errors)")
  }
}
