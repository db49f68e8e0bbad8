import Foundation
import Testing

@testable import Jobs

@Suite("What children say and are told")
struct ChildTextTests {
  @Test(
    "lines are messages",
    arguments: [
      (
        #"{"type":"stage","stage":"audit","progress":0.12,"seconds_left":10.2}"#,
        .stage("audit", progress: 0.12, secondsLeft: 10.2)
      ),
      (#"{"type":"stage","stage":"audit","progress":7}"#, .stage("audit", progress: 1, secondsLeft: nil)),
      (#"{"type":"log","message":"hello"}"#, .log("hello")),
      (#"{"type":"epoch","epoch":3}"#, .epoch(["type": .string("epoch"), "epoch": .integer(3)])),
      (#"{"epoch":3}"#, .epoch(["epoch": .integer(3)])),
      (
        #"{"type":"published","model":{"name":"a","version":"1"}}"#, .published(Job.Model(name: "a", version: "1"))
      ),
      (
        #"{"type":"done","model":{"name":"a","version":"2"},"report":{"accuracy":1}}"#,
        .done(Job.Model(name: "a", version: "2"), report: .object(["accuracy": .integer(1)]))
      ),
      (
        #"{"done":true,"model":{"name":"a","version":2},"test_accuracy":0.5}"#,
        .done(
          Job.Model(name: "a", version: "2"),
          report: .object([
            "model": .object(["name": .string("a"), "version": .integer(2)]), "test_accuracy": .number(0.5),
          ]))
      ),
    ] as [(String, ChildMessage)])
  func messages(_ line: String, _ message: ChildMessage) {
    #expect(ChildMessage(Array(line.utf8)) == message)
  }

  @Test(
    "other lines are none",
    arguments: [
      "", "hello", "[1]", "{", "{}", #"{"type":"stage"}"#, #"{"type":"stage","stage":"a","progress":"1"}"#,
      #"{"type":"done","model":{"name":"a","version":"1"}}"#, #"{"type":"unheard of"}"#, #"{"done":false}"#, "\u{FFFD}",
    ])
  func nonsense(_ line: String) {
    #expect(ChildMessage(Array(line.utf8)) == nil)
  }

  @Test("lines come out whole, however they arrive", arguments: 1...7)
  func lines(_ size: Int) throws {
    let text = Array("one\n\ntwo\nthree\r\nrest".utf8)
    var splitter = LineSplitter(limit: 6)
    var lines: [[UInt8]] = []
    for start in stride(from: 0, to: text.count, by: size) {
      let piece = Array(text[start..<min(start + size, text.count)])
      lines += try piece.withUnsafeBytes { try splitter.append($0) }
    }
    #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "", "two", "three\r"])
    let rests = [splitter.finish(), splitter.finish()]
    #expect(rests == [Array("rest".utf8), nil])
  }

  @Test("a line that is too long is refused before it is there as a whole")
  func longLine() throws {
    var splitter = LineSplitter(limit: 3)
    let lines = try Array("abc\nde".utf8).withUnsafeBytes { try splitter.append($0) }
    #expect(lines == [Array("abc".utf8)])
    do {
      _ = try Array("fg".utf8).withUnsafeBytes { try splitter.append($0) }
      Issue.record("a longer line was taken")
    } catch let error as LineSplitter.TooLong {
      #expect(error.limit == 3)
    }
  }

  @Test(
    "the problem is what stands behind the last Error",
    arguments: [
      ("Error: a\nError: b\nand more\n", "b\nand more"), ("warning\nlast\n\n", "last"), ("", nil),
      ("Error: \u{1B}[31mred\n", "[31mred"),
    ])
  func problems(_ text: String, _ problem: String?) {
    var words = LastWords()
    words.append(Array(text.utf8))
    #expect(words.problem == problem)
  }

  @Test("of much that is written the end is kept")
  func longProblem() {
    var words = LastWords()
    for number in 0..<100_000 { words.append(Array("line \(number)\n".utf8)) }
    #expect(words.problem == "line 99999")
  }

  private let configuration = JobServiceConfiguration(directory: "/jobs", models: "/models")

  @Test("an adapting job is one command")
  func adapts() {
    var request = JobRequest(kind: .adapt, dataset: "d", name: "birds")
    (request.base, request.fineTune, request.newVersion, request.seed) = ("b", true, true, .max)
    let command = ChildCommand.work(on: request, run: "j", configuration, JobFolders(root: "/jobs"))
    let expected =
      "adapt /jobs/datasets/d --base b --name birds --seed 18446744073709551615 --fine-tune --new-version --models /models "
      + "--json --work-directory /jobs/jobs/j --run j --threads 2 --origin dataset d"
    #expect(command.arguments.joined(separator: " ") == expected)
    #expect(command.program == "/proc/\(getpid())/exe")
    #expect(command.directory == "/jobs/jobs/j")
  }

  @Test("a training job is one command")
  func trains() {
    var request = JobRequest(kind: .train, dataset: "d", name: "digits")
    (request.architecture, request.input, request.epochs) = ("lenet5", [1, 28, 28], 3)
    (request.batchSize, request.learningRate) = (64, 0.05)
    let command = ChildCommand.work(on: request, run: "j", configuration, JobFolders(root: "/jobs"))
    let expected =
      "train --data /jobs/datasets/d --architecture lenet5 --name digits --input 1x28x28 --epochs 3 --batch-size 64 "
      + "--learning-rate 0.05 --models /models --json --resume --threads 2 --origin dataset d"
    #expect(command.arguments.joined(separator: " ") == expected)
  }

  @Test("a searching job is one command")
  func searches() {
    var request = JobRequest(kind: .search, dataset: "d", name: nil)
    request.space = .object(["trials": .integer(3)])
    let folders = JobFolders(root: "/jobs")
    let expected =
      "search /jobs/jobs/j/space.json --data /jobs/datasets/d --output /jobs/jobs/j --models /models --json --resume "
      + "--threads 2 --origin dataset d"
    let command = ChildCommand.work(on: request, run: "j", configuration, folders)
    #expect(command.arguments.joined(separator: " ") == expected)
    request.name = "digits"
    let named = ChildCommand.work(on: request, run: "j", configuration, folders)
    #expect(named.arguments.joined(separator: " ").contains("--output /jobs/jobs/j --name digits --models"))
  }

  @Test(
    "what a search says is understood",
    arguments: [
      (
        #"{"event":"began","trials":3,"epochs_done":2,"epochs_expected":8,"progress":0.25}"#,
        ChildMessage.stage("search", progress: 0.25, secondsLeft: nil)
      ),
      (
        #"{"event":"run","trial":1,"epochs":4,"parameters":{},"progress":0.5,"seconds_left":9.5}"#,
        .stage("search", progress: 0.5, secondsLeft: 9.5)
      ),
      (
        #"{"event":"trial","trial":1,"line":{"event":"epoch","epoch":2,"train_loss":0.5},"#
          + #""progress":0.5,"seconds_left":9.5}"#,
        .epoch([
          "trial": .integer(1), "epoch": .integer(2), "train_loss": .number(0.5), "progress": .number(0.5),
          "seconds_left": .number(9.5),
        ])
      ),
      (
        #"{"event":"trial","trial":1,"line":{"event":"started","epochs_done":0},"progress":0.5}"#,
        .stage("search", progress: 0.5, secondsLeft: nil)
      ),
      (
        #"{"event":"result","trial":1,"result":{"status":"diverged"},"message":"trial 1: diverged in epoch 2"}"#,
        .log("trial 1: diverged in epoch 2")
      ),
      (
        #"{"event":"done","best":null,"test":null,"model":null,"report":"/x/report.html"}"#,
        .done(nil, report: .object(["best": .null, "test": .null]))
      ),
      (
        #"{"event":"done","best":{"trial":2},"model":{"name":"m","version":4}}"#,
        .done(Job.Model(name: "m", version: "4"), report: .object(["best": .object(["trial": .integer(2)])]))
      ),
    ])
  func search(_ line: String, _ message: ChildMessage) {
    #expect(ChildMessage(Array(line.utf8)) == message)
  }

  @Test(
    "what no search says is no message",
    arguments: [#"{"event":"x"}"#, #"{"event":"trial","trial":1}"#, #"{"event":"run"}"#])
  func noSearch(_ line: String) {
    #expect(ChildMessage(Array(line.utf8)) == nil)
  }

  @Test("keys and settings of the server do not reach a child")
  func environment() {
    let environment = ChildCommand.environment(from: [
      "PATH": "/bin", "CONVSERVE_API_KEY": "secret", "CONVSERVE_API_KEY_2": "secret", "AWS_SECRET_ACCESS_KEY": "secret",
      "LC_ALL": "C", "CONVSERVE_PORT": "1",
    ])
    #expect(environment == ["PATH": "/bin", "LC_ALL": "C", "CONVSERVE_PARENT": String(getpid())])
  }

  private static let spoiled: [(member: String, spoil: @Sendable (inout JobRequest) -> Void)] = [
    ("name", { $0.name = "../x" }), ("name", { $0.name = "-x" }), ("name", { $0.name = "" }),
    ("name", { $0.name = String(repeating: "a", count: 101) }), ("name", { $0.name = "ä" }),
    ("base", { $0.base = nil }),
    ("epochs", { $0.epochs = 3 }), ("architecture", { $0.architecture = "lenet5" }), ("input", { $0.input = [1] }),
    ("batch_size", { $0.batchSize = 1 }), ("learning_rate", { $0.learningRate = 1 }),
    ("architecture", { $0.kind = .train }), ("architecture", { ($0.kind, $0.architecture) = (.train, "--help") }),
    ("base", { ($0.kind, $0.architecture) = (.train, "lenet5") }),
    ("fine_tune", { ($0.kind, $0.architecture, $0.base, $0.fineTune) = (.train, "lenet5", nil, true) }),
    ("input", { ($0.kind, $0.architecture, $0.base, $0.input) = (.train, "lenet5", nil, [1, 0, 1]) }),
    ("epochs", { ($0.kind, $0.architecture, $0.base, $0.epochs) = (.train, "lenet5", nil, 0) }),
    ("learning_rate", { ($0.kind, $0.architecture, $0.base, $0.learningRate) = (.train, "lenet5", nil, .nan) }),
    ("name", { $0.name = nil }),
    ("name", { ($0.kind, $0.architecture, $0.base, $0.name) = (.train, "lenet5", nil, nil) }),
    ("space", { $0.space = .object([:]) }),
    ("space", { ($0.kind, $0.architecture, $0.base, $0.space) = (.train, "lenet5", nil, .null) }),
    ("space", { ($0.kind, $0.base) = (.search, nil) }),
    ("name", { ($0.kind, $0.base, $0.space, $0.name) = (.search, nil, .null, "../x") }),
    ("base", { ($0.kind, $0.space) = (.search, .null) }),
    ("seed", { ($0.kind, $0.base, $0.space, $0.seed) = (.search, nil, .null, 1) }),
    ("epochs", { ($0.kind, $0.base, $0.space, $0.epochs) = (.search, nil, .null, 1) }),
  ]

  @Test(
    "requests that cannot be done are refused, with the member that is wrong",
    arguments: Self.spoiled)
  func requests(_ row: (member: String, spoil: @Sendable (inout JobRequest) -> Void)) {
    var request = JobRequest(kind: .adapt, dataset: "d", name: "a-name_1.0")
    request.base = "b"
    #expect(throws: Never.self) { try request.check() }
    row.spoil(&request)
    do {
      try request.check()
      Issue.record("\(request) was accepted")
    } catch .request(let member, _, _) {
      #expect(member == row.member)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("progress is told about twice a second as far as there is some, and when the stage changes")
  func gate() {
    var gate = ProgressGate(interval: .milliseconds(500))
    let start = ContinuousClock.now
    let told = [
      ("a", 0, 0.1), ("a", 499, 0.2), ("b", 499, 0.3), ("b", 998, 0.4), ("b", 999, 0.4), ("a", 1000, 0.4),
      ("a", 1501, 0.4005),
      ("a", 1502, 0.402),
    ]
    let admitted = told.filter { gate.admits($0.0, $0.2, at: start + .milliseconds($0.1)) }
    #expect(admitted.map(\.1) == [0, 499, 999, 1000, 1502])
  }

  @Test("messages and epochs of a job are bounded, and the last message says so")
  func budget() {
    var budget = EventBudget()
    let messages = (1...3000).compactMap { budget.admitted(log: "\($0)") }
    #expect(messages.count == EventBudget.logLimit && messages.dropLast().last == "999")
    #expect(messages.last == "further messages are left out: a job has at most 1000")
    let epochs = (1...10_000).filter { budget.admits(epoch: $0) }
    #expect(epochs == Array(1...1000) + Array(stride(from: 1010, through: 10_000, by: 10)))
    let more = (1...100_000).filter { budget.admits(epoch: $0) }
    #expect(more.count == EventBudget.epochLimit - epochs.count)
    // A later attempt goes on from what was told.
    var later = EventBudget(logs: 999, epochs: 2000)
    let (last, none, isAdmitted) = (later.admitted(log: "x"), later.admitted(log: "x"), later.admits(epoch: 10))
    #expect(last?.hasPrefix("further") == true && none == nil && !isAdmitted)
  }
}
